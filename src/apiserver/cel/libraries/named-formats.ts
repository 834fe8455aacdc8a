/**
 * Formats by name: `format.dns1123Label().validate(text)` gives what is wrong with a text.
 * @see k8s.io/apiserver/pkg/cel/library/format.go, v0.34
 */
import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../kinds/metadata';
import { declare, global, type Library, member } from '../typing/declaration';
import { aString, taking } from '../typing/taking';
import { ArrayValue } from '../values/collection';
import { findDate } from '../values/time';
import { checkRequestUri, InvalidUrlError } from '../values/url';
import { type CelError, NO_SUCH_OVERLOAD, NONE, OpaqueValue, Optional, type Result, type Value } from '../values/value';

/** All that is wrong with a text. */
type Validation = (text: string) => readonly string[];

export class NamedFormat extends OpaqueValue {
  override readonly typeName = 'kubernetes.NamedFormat';

  constructor(
    readonly formatName: string,
    readonly validate: Validation,
    /** Characters that the format's pattern counts for in costs. */
    readonly maximumPatternSize: number,
  ) {
    super();
  }

  override equals(other: Value): boolean | CelError {
    return other instanceof NamedFormat ? this.formatName === other.formatName : NO_SUCH_OVERLOAD;
  }
}

const aFormat = (value: Value): value is NamedFormat => value instanceof NamedFormat;

/** A prefix of a name may end in a dash. */
function withoutDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

function uriProblems(text: string): readonly string[] {
  try {
    checkRequestUri(text);
    return [];
  } catch (error) {
    if (error instanceof InvalidUrlError) return [error.message];
    throw error;
  }
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const TIME = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/;

function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  if (text.length < 4 || time === undefined || findDate(date) === undefined) return false;
  const match = TIME.exec(time);
  return match !== null && (match[1] ?? '') <= '23' && (match[2] ?? '') <= '59' && (match[3] ?? '') <= '59';
}

function unless(isValid: (text: string) => boolean, problem: string): Validation {
  return (text) => (isValid(text) ? [] : [problem]);
}

/** The length of the pattern of RFC 3339 times. */
const DATE_TIME_PATTERN_SIZE = 71;
/** That of the pattern of UUIDs. */
const UUID_PATTERN_SIZE = 70;

/** Keyed by the name by which expressions know them. */
const FORMATS: ReadonlyMap<string, NamedFormat> = new Map([
  ['dns1123Label', new NamedFormat('DNS1123Label', dnsLabelProblems, 30)],
  ['dns1123Subdomain', new NamedFormat('DNS1123Subdomain', dnsSubdomainProblems, 60)],
  ['dns1035Label', new NamedFormat('DNS1035Label', dns1035LabelProblems, 30)],
  ['qualifiedName', new NamedFormat('QualifiedName', qualifiedNameProblems, 60)],
  ['dns1123LabelPrefix', new NamedFormat('DNS1123LabelPrefix', (text) => dnsLabelProblems(withoutDash(text)), 30)],
  [
    'dns1123SubdomainPrefix',
    new NamedFormat('DNS1123SubdomainPrefix', (text) => dnsSubdomainProblems(withoutDash(text)), 60),
  ],
  ['dns1035LabelPrefix', new NamedFormat('DNS1035LabelPrefix', (text) => dns1035LabelProblems(withoutDash(text)), 30)],
  ['labelValue', new NamedFormat('LabelValue', labelValueProblems, 40)],
  ['uri', new NamedFormat('URI', uriProblems, 1103)],
  [
    'uuid',
    new NamedFormat(
      'uuid',
      unless((text) => UUID.test(text), 'does not match the UUID format'),
      UUID_PATTERN_SIZE,
    ),
  ],
  [
    'byte',
    new NamedFormat(
      'byte',
      unless((text) => BASE64.test(text), 'invalid base64'),
      84,
    ),
  ],
  [
    'date',
    new NamedFormat(
      'date',
      unless((text) => findDate(text) !== undefined, 'invalid date'),
      DATE_TIME_PATTERN_SIZE,
    ),
  ],
  ['datetime', new NamedFormat('datetime', unless(isDateTime, 'invalid datetime'), DATE_TIME_PATTERN_SIZE)],
]);

function validate(format: NamedFormat, text: string): Result {
  const problems = format.validate(text);
  return problems.length === 0 ? NONE : new Optional(new ArrayValue(problems));
}

function named(name: string): Optional {
  const format = FORMATS.get(name);
  return format === undefined ? NONE : new Optional(format);
}

export const NAMED_FORMATS: Library = [
  ...Array.from(FORMATS, ([name, format]) =>
    declare(
      `format.${name}`,
      global(`format.${name}() kubernetes.NamedFormat`, () => format),
    ),
  ),
  declare(
    'validate',
    member(
      'format-validate(kubernetes.NamedFormat, string) optional_type(list(string))',
      taking([aFormat, aString], validate),
    ),
  ),
  declare(
    'format.named',
    global('format-named(string) optional_type(kubernetes.NamedFormat)', taking([aString], named)),
  ),
];
