/**
 * What calls of Kubernetes' functions may cost at most.
 * @see k8s.io/apiserver/pkg/cel/library/cost.go, v0.34
 */
import { type CelType, parameterAt } from '../typing/type';
import {
  AUTHORIZATION_CHECK,
  LIST_BASE,
  REGEX_LENGTH_FACTOR,
  SELECTOR_REQUIREMENT,
  SELECTOR_REQUIREMENTS_PER_CHARACTER,
  STRING_TRAVERSAL,
} from './factors';
import { fixed, MAXIMUM, ONE, product, type Range, scaled, sum, UNKNOWN, union } from './range';
import { SchemaPath } from './schema-path';
import type { SizedNode, SizeEstimator } from './size-estimate';

export interface CallEstimate {
  /** Without that of the arguments. */
  readonly cost: Range;
  readonly resultSize?: Range;
}

export interface EstimatedCall {
  readonly name: string;
  readonly overload: string;
  readonly target: SizedNode | undefined;
  readonly args: readonly SizedNode[];
  readonly sizes: SizeEstimator;
}

function sizeOf(node: SizedNode | undefined, sizes: SizeEstimator): Range {
  return node?.size ?? sizes(node?.path) ?? UNKNOWN;
}

function elementOf(list: SizedNode): SizedNode | undefined {
  if (list.type.parameters.length === 0) return undefined;
  const path = list.path === undefined ? undefined : SchemaPath.append(list.path.copy(), '@items');
  return { path, type: parameterAt(list.type, 0) };
}

type Estimate = (call: EstimatedCall) => CallEstimate | undefined;

const NOMINAL: Estimate = () => ({ cost: ONE });

/** Going through the characters of the first argument. */
const readArgument: Estimate = ({ args: [text], sizes }) =>
  text === undefined ? undefined : { cost: scaled(sizeOf(text, sizes), STRING_TRAVERSAL) };

const readUrl: Estimate = ({ args, sizes }) => {
  const [text] = args;
  if (text === undefined || args.length !== 1) return undefined;
  const size = sizeOf(text, sizes);
  return { cost: scaled(size, STRING_TRAVERSAL), resultSize: size };
};

const readTarget: Estimate = ({ target, sizes }) => {
  if (target === undefined) return undefined;
  const size = sizeOf(target, sizes);
  return { cost: scaled(size, STRING_TRAVERSAL), resultSize: size };
};

const searchList: Estimate = ({ target, sizes }) => {
  if (target === undefined) return undefined;
  const element = elementOf(target);
  const size = sizeOf(target, sizes);
  if (element === undefined) return { cost: scaled(size, STRING_TRAVERSAL) };
  const isText = element.type.kind === 'string' || element.type.kind === 'bytes';
  const elementCost = isText ? sum(ONE, scaled(sizeOf(element, sizes), STRING_TRAVERSAL)) : ONE;
  return { cost: product(size, elementCost) };
};

const selector: Estimate = ({ args, sizes }) => {
  const [text] = args;
  if (text === undefined || args.length !== 1) return undefined;
  const size = sizeOf(text, sizes);
  const requirements = scaled(scaled(size, SELECTOR_REQUIREMENTS_PER_CHARACTER), SELECTOR_REQUIREMENT);
  return { cost: sum(fixed(LIST_BASE), scaled(size, STRING_TRAVERSAL), requirements) };
};

/** The size of a text in which parts were replaced: from replacing most by least to replacing least by most. */
function replacedSize(text: Range, old: Range, replacement: Range): Range {
  let [countMax, keptMax] = [0, 0];
  if (old.min === 0) [countMax, keptMax] = [text.max < MAXIMUM ? text.max + 1 : text.max, text.max];
  else if (replacement.max <= old.min) keptMax = text.max;
  else countMax = Math.ceil(text.max / old.min);
  let [countMin, keptMin] = [0, 0];
  if (old.max === 0) [countMin, keptMin] = [text.min < MAXIMUM ? text.min + 1 : text.min, text.min];
  else if (old.max <= replacement.min) keptMin = text.min;
  else countMin = Math.ceil(text.min / old.max);
  return sum(product({ min: countMin, max: countMax }, replacement), { min: keptMin, max: keptMax });
}

const replace: Estimate = ({ target, args: [old, replacement], sizes }) => {
  if (target === undefined || old === undefined || replacement === undefined) return undefined;
  const size = sizeOf(target, sizes);
  return {
    cost: scaled(size, 2 * STRING_TRAVERSAL),
    resultSize: replacedSize(size, sizeOf(old, sizes), sizeOf(replacement, sizes)),
  };
};

const split: Estimate = ({ target, args: [, limit], sizes }) => {
  if (target === undefined) return undefined;
  const size = sizeOf(target, sizes);
  // A negative limit is a very large one, as the real server reads it.
  const most = limit?.int === undefined ? size.max : limit.int < 0 ? MAXIMUM : limit.int;
  return { cost: scaled(size, 2 * STRING_TRAVERSAL), resultSize: { min: 0, max: most } };
};

const join: Estimate = ({ target, args: [separator], sizes }) => {
  if (target === undefined) return undefined;
  const list = sizeOf(target, sizes);
  const element = elementOf(target);
  let size = element === undefined ? fixed(0) : product(list, sizeOf(element, sizes));
  if (separator !== undefined) {
    const separators = { min: Math.max(0, list.min - 1), max: Math.max(0, list.max - 1) };
    size = sum(size, product(sizeOf(separator, sizes), separators));
  }
  return { cost: scaled(size, STRING_TRAVERSAL), resultSize: size };
};

const find: Estimate = ({ target, args: [pattern], sizes }) => {
  if (target === undefined || pattern === undefined) return undefined;
  const size = sizeOf(target, sizes);
  const text = scaled(sum(size, ONE), STRING_TRAVERSAL);
  const cost = product(text, scaled(sizeOf(pattern, sizes), REGEX_LENGTH_FACTOR));
  return { cost, resultSize: { min: 0, max: size.max } };
};

const readTwice: Estimate = ({ args: [text], sizes }) =>
  text === undefined ? undefined : { cost: scaled(sizeOf(text, sizes), 2 * STRING_TRAVERSAL) };

const ADDRESS: Range = { min: 4, max: 16 };

const containsIp: Estimate = ({ overload, args: [ip], sizes }) => {
  if (ip === undefined) return undefined;
  const compared = scaled(sum(ADDRESS, ADDRESS), STRING_TRAVERSAL);
  if (overload !== 'cidr_contains_ip_string') return { cost: compared };
  return { cost: sum(compared, scaled(sizeOf(ip, sizes), STRING_TRAVERSAL)) };
};

const containsCidr: Estimate = ({ overload, args: [cidr], sizes }) => {
  if (cidr === undefined) return undefined;
  const masked = scaled(ADDRESS, STRING_TRAVERSAL);
  const compared = sum(scaled(sum(ADDRESS, ADDRESS), STRING_TRAVERSAL), masked, ONE);
  if (overload !== 'cidr_contains_cidr_string') return { cost: compared };
  return { cost: sum(compared, scaled(sizeOf(cidr, sizes), STRING_TRAVERSAL)) };
};

const LONGEST_FORMAT_PATTERN = 128;
const LONGEST_FORMAT_NAME = 64;

const validate: Estimate = ({ args: [text], sizes }) => {
  if (text === undefined) return undefined;
  const read = scaled(sizeOf(text, sizes), STRING_TRAVERSAL);
  return { cost: scaled(read, LONGEST_FORMAT_PATTERN * REGEX_LENGTH_FACTOR) };
};

const CHEAP_EQUALITY: ReadonlySet<string> = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  'kubernetes.authorization.Authorizer',
  'kubernetes.authorization.PathCheck',
  'kubernetes.authorization.GroupCheck',
  'kubernetes.authorization.ResourceCheck',
  'kubernetes.authorization.Decision',
]);

function isOwnType({ kind, name }: CelType): boolean {
  return (kind === 'opaque' || kind === 'struct') && CHEAP_EQUALITY.has(name);
}

const equality: Estimate = ({ args }) => {
  const [left, right] = args;
  if (left === undefined || right === undefined || args.length !== 2 || left.type.name !== right.type.name)
    return undefined;
  if (isOwnType(left.type)) return { cost: ONE };
  if (left.type.name === 'kubernetes.NamedFormat') {
    return { cost: scaled({ min: 1, max: LONGEST_FORMAT_NAME }, STRING_TRAVERSAL) };
  }
  if (left.type.name !== 'kubernetes.URL') return undefined;
  // The real server looks at the right side alone.
  const size = right.size === undefined ? ONE : union(right.size, right.size);
  return { cost: scaled({ min: 1, max: size.max }, STRING_TRAVERSAL) };
};

function estimates(estimate: Estimate, ...names: readonly string[]): readonly (readonly [string, Estimate])[] {
  return names.map((name) => [name, estimate]);
}

const ESTIMATES: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['check', () => ({ cost: fixed(AUTHORIZATION_CHECK) })],
  ...estimates(NOMINAL, 'serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name', 'allowed'),
  ...estimates(
    NOMINAL,
    'reason',
    'error',
    'errored',
    'masked',
    'prefixLength',
    'family',
    'isUnspecified',
    'isLoopback',
  ),
  ...estimates(NOMINAL, 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast', 'format.named', 'sign'),
  ...estimates(NOMINAL, 'asInteger', 'isInteger', 'asApproximateFloat', 'isGreaterThan', 'isLessThan', 'compareTo'),
  ...estimates(NOMINAL, 'add', 'sub', 'major', 'minor', 'patch', 'getScheme', 'getHostname', 'getHost', 'getPort'),
  ...estimates(NOMINAL, 'getEscapedPath', 'getQuery'),
  ...estimates(selector, 'fieldSelector', 'labelSelector'),
  ...estimates(searchList, 'isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'),
  ['url', readUrl],
  ...estimates(readTarget, 'lowerAscii', 'upperAscii', 'substring', 'trim'),
  ['replace', replace],
  ['split', split],
  ['join', join],
  ...estimates(find, 'find', 'findAll'),
  ...estimates(readArgument, 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'),
  ['ip', (call) => (call.overload === 'cidr_ip' ? { cost: ONE } : readArgument(call))],
  ['ip.isCanonical', readTwice],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['validate', validate],
  ['_==_', equality],
]);

const SET_FACTORS: ReadonlyMap<string, number> = new Map([
  ['list_sets_contains_list', 1],
  ['list_sets_intersects_list', 1],
  ['list_sets_equivalent_list', 2],
]);

/** Undefined where a call costs what the language says. */
export function findCallEstimate(call: EstimatedCall): CallEstimate | undefined {
  const factor = SET_FACTORS.get(call.overload);
  if (factor === undefined) return ESTIMATES.get(call.name)?.(call);
  const [first, second] = call.args;
  return { cost: sum(scaled(product(sizeOf(first, call.sizes), sizeOf(second, call.sizes)), factor), ONE) };
}
