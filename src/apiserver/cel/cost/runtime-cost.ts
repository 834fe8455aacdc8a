/**
 * What a call costs when it runs.
 * @see github.com/google/cel-go/interpreter/runtimecost.go, v0.26; k8s.io/apiserver/pkg/cel/library/cost.go, v0.34
 */
import { NamedFormat } from '../libraries/named-formats';
import { codePointCount } from '../values/text';
import { Bytes, ListValue, MapValue, OpaqueValue, Optional, type Result } from '../values/value';
import {
  AUTHORIZATION_CHECK,
  LIST_BASE,
  REGEX_LENGTH_FACTOR,
  SELECTOR_REQUIREMENT,
  SELECTOR_REQUIREMENTS_PER_CHARACTER,
  STRING_TRAVERSAL,
} from './factors';

/** A call that has run. */
export interface FinishedCall {
  readonly name: string;
  /** Empty where the types left open which signature is meant. */
  readonly overload: string;
  readonly args: readonly Result[];
  readonly result: Result;
}

/** What a value counts for: characters, bytes, items; 1 for what has no size. */
function sizeOf(value: Result | undefined): number {
  if (typeof value === 'string') return codePointCount(value);
  if (value instanceof ListValue || value instanceof MapValue) return value.size;
  if (value instanceof Bytes) return value.bytes.length;
  return value instanceof OpaqueValue ? (value.size ?? 1) : 1;
}

/** As `sizeOf`, of what an optional holds too. */
function heldSizeOf(value: Result | undefined): number {
  return value instanceof Optional && value.value !== undefined ? heldSizeOf(value.value) : sizeOf(value);
}

/** What going through all of a value costs. */
function traversal(value: Result | undefined): number {
  if (typeof value === 'string') return Math.trunc(Buffer.byteLength(value) * STRING_TRAVERSAL);
  if (value instanceof Bytes) return Math.trunc(value.bytes.length * STRING_TRAVERSAL);
  if (value instanceof ListValue) {
    let cost = 0;
    for (const item of value) cost += traversal(item);
    return cost;
  }
  if (!(value instanceof MapValue)) return 1;
  let cost = 0;
  for (const key of value.keys()) cost += traversal(key) + traversal(value.find(key));
  return cost;
}

function characters(count: number): number {
  return Math.ceil(count * STRING_TRAVERSAL);
}

/** The characters of an argument, so many times. */
function read(index: number, times = 1): (call: FinishedCall) => number {
  return ({ args }) => characters(sizeOf(args[index]) * times);
}

function regexCost(textSize: number, patternSize: number): number {
  return characters(1 + textSize) * Math.ceil(patternSize * REGEX_LENGTH_FACTOR);
}

const ONE = (): number => 1;

function containsIp({ overload, args }: FinishedCall): number {
  const text = overload === 'cidr_contains_ip_string' ? characters(sizeOf(args[1])) : 0;
  return characters(sizeOf(args[0]) * 2) + text;
}

function containsCidr({ overload, args }: FinishedCall): number {
  const text = overload === 'cidr_contains_cidr_string' ? characters(sizeOf(args[1])) : 0;
  return characters(sizeOf(args[0]) * 2) + characters(sizeOf(args[0])) + 1 + text;
}

function selectorCost({ args }: FinishedCall): number {
  const size = sizeOf(args[1]);
  return (
    LIST_BASE +
    characters(size) +
    Math.ceil(Math.ceil(size * SELECTOR_REQUIREMENTS_PER_CHARACTER) * SELECTOR_REQUIREMENT)
  );
}

function validateCost({ args }: FinishedCall): number {
  const [format, text] = args;
  return format instanceof NamedFormat ? regexCost(sizeOf(text), format.maximumPatternSize) : 1;
}

type CallCost = (call: FinishedCall) => number;

/** By the name of a function, whatever its signature. */
const BY_NAME: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ['check', () => AUTHORIZATION_CHECK],
  ...[
    ...[
      'serviceAccount',
      'path',
      'group',
      'resource',
      'subresource',
      'namespace',
      'name',
      'allowed',
      'reason',
      'error',
    ],
    ...['errored', 'masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast'],
    ...[
      'isLinkLocalUnicast',
      'isGlobalUnicast',
      'format.named',
      'sign',
      'asInteger',
      'isInteger',
      'asApproximateFloat',
    ],
    ...[
      'isGreaterThan',
      'isLessThan',
      'compareTo',
      'add',
      'sub',
      'major',
      'minor',
      'patch',
      'getScheme',
      'getHostname',
    ],
    ...['getHost', 'getPort', 'getEscapedPath', 'getQuery'],
  ].map((name) => [name, ONE] as const),
  ...['fieldSelector', 'labelSelector'].map((name) => [name, selectorCost] as const),
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map(
    (name) => [name, ({ args }: FinishedCall) => traversal(args[0])] as const,
  ),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'cidr', 'isIP', 'isCIDR'].map(
    (name) => [name, read(0)] as const,
  ),
  ...['quantity', 'isQuantity', 'semver', 'isSemver'].map((name) => [name, read(0)] as const),
  ...['replace', 'split', 'ip.isCanonical'].map((name) => [name, read(0, 2)] as const),
  ['join', ({ result }) => characters(sizeOf(result) * 2)],
  ...['find', 'findAll'].map(
    (name) => [name, ({ args }: FinishedCall) => regexCost(sizeOf(args[0]), sizeOf(args[1]))] as const,
  ),
  ['ip', (call) => (call.overload === 'cidr_ip' ? 1 : read(0)(call))],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['validate', validateCost],
]);

function smaller({ args }: FinishedCall): number {
  return characters(Math.min(heldSizeOf(args[0]), heldSizeOf(args[1])));
}

/** By signature. */
const BY_OVERLOAD: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ...[
    'starts_with_string',
    'ends_with_string',
    'string_to_bytes',
    'bytes_to_string',
    'strings_quote',
    'string_format',
  ].map((overload) => [overload, ({ args }: FinishedCall) => characters(heldSizeOf(args[0]))] as const),
  ['in_list', ({ args }) => heldSizeOf(args[1])],
  ...[
    'equals',
    'not_equals',
    ...['less', 'less_equals', 'greater', 'greater_equals'].flatMap((id) => [`${id}_string`, `${id}_bytes`]),
  ].map((overload) => [overload, smaller] as const),
  ...['add_string', 'add_bytes'].map(
    (overload) =>
      [overload, ({ args }: FinishedCall) => characters(heldSizeOf(args[0]) + heldSizeOf(args[1]))] as const,
  ),
  ['matches_string', ({ args }) => regexCost(heldSizeOf(args[0]), heldSizeOf(args[1]))],
  ['contains_string', ({ args }) => characters(heldSizeOf(args[0])) * characters(heldSizeOf(args[1]))],
  ...(
    [
      ['list_sets_contains_list', 1],
      ['list_sets_intersects_list', 1],
      ['list_sets_equivalent_list', 2],
    ] as const
  ).map(
    ([overload, factor]) =>
      [overload, ({ args }: FinishedCall) => 1 + sizeOf(args[0]) * sizeOf(args[1]) * factor] as const,
  ),
]);

/** Whose equality costs 1, as the real server knows what they are. */
function isOpaque(value: Result | undefined): boolean {
  return value instanceof OpaqueValue && value.typeName !== 'unknown';
}

/** The cost of a call without that of its arguments. */
export function callCost(call: FinishedCall): number {
  if (call.name === '_==_' && isOpaque(call.args[0])) return 1;
  const cost = BY_NAME.get(call.name) ?? BY_OVERLOAD.get(call.overload);
  return cost === undefined ? 1 : cost(call);
}
