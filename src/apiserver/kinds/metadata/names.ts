/**
 * Rules for names, with the texts of Kubernetes: each function returns what is wrong, nothing where the name is good.
 *
 * @see k8s.io/apimachinery/pkg/util/validation/validation.go, v0.34
 */

/** Checks a name, or what a generated name begins with. Returns what is wrong. */
export type NameRule = (name: string, isPrefix: boolean) => readonly string[];

const NOTHING: readonly string[] = [];

const LABEL_FORMAT = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_FORMAT = `${LABEL_FORMAT}(\\.${LABEL_FORMAT})*`;
const UNDERSCORE_LABEL_FORMAT = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORE_SUBDOMAIN_FORMAT = `${UNDERSCORE_LABEL_FORMAT}(\\.${UNDERSCORE_LABEL_FORMAT})*`;
const DNS1035_FORMAT = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED_FORMAT = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE_FORMAT = `(${QUALIFIED_FORMAT})?`;
const HTTP_HEADER_FORMAT = '[-A-Za-z0-9]+';
const CONFIG_MAP_KEY_FORMAT = '[-._a-zA-Z0-9]+';

const LABEL = new RegExp(`^${LABEL_FORMAT}$`);
const SUBDOMAIN = new RegExp(`^${SUBDOMAIN_FORMAT}$`);
const UNDERSCORE_SUBDOMAIN = new RegExp(`^${UNDERSCORE_SUBDOMAIN_FORMAT}$`);
const DNS1035_LABEL = new RegExp(`^${DNS1035_FORMAT}$`);
const QUALIFIED = new RegExp(`^${QUALIFIED_FORMAT}$`);
const LABEL_VALUE = new RegExp(`^${LABEL_VALUE_FORMAT}$`);
const HTTP_HEADER = new RegExp(`^${HTTP_HEADER_FORMAT}$`);
const CONFIG_MAP_KEY = new RegExp(`^${CONFIG_MAP_KEY_FORMAT}$`);
const PORT_NAME = /^[-a-z0-9]+$/;
const PRINTABLE_ASCII_BUT_EQUALS = /^[ -<>-~]*$/;

const LABEL_MAX = 63;
const SUBDOMAIN_MAX = 253;
const PORT_NAME_MAX = 15;

const LABEL_PROBLEM = regexProblem(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  LABEL_FORMAT,
  ['my-name', '123-abc'],
);
const SUBDOMAIN_PROBLEM = regexProblem(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN_FORMAT,
  ['example.com'],
);
const UNDERSCORE_SUBDOMAIN_PROBLEM = regexProblem(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  UNDERSCORE_SUBDOMAIN_FORMAT,
  ['example.com'],
);
const DNS1035_PROBLEM = regexProblem(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  DNS1035_FORMAT,
  ['my-name', 'abc-123'],
);
const QUALIFIED_PROBLEM = regexProblem(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  QUALIFIED_FORMAT,
  ['MyName', 'my.name', '123-abc'],
);
const LABEL_VALUE_PROBLEM = regexProblem(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  LABEL_VALUE_FORMAT,
  ['MyValue', 'my_value', '12345'],
);
const HTTP_HEADER_PROBLEM = regexProblem(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  HTTP_HEADER_FORMAT,
  ['X-Header-Name'],
);
const CONFIG_MAP_KEY_PROBLEM = regexProblem(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  CONFIG_MAP_KEY_FORMAT,
  ['key.name', 'KEY_NAME', 'key-name'],
);

/** The text that tells which pattern a value breaks. */
export function regexProblem(message: string, format: string, examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${format}')`;
}

/** The text for a value of more bytes than allowed. */
export function maxLengthProblem(maximum: number): string {
  return `must be no more than ${String(maximum)} characters`;
}

/** The text for a number outside its bounds. */
export function rangeProblem(minimum: number, maximum: number): string {
  return `must be between ${String(minimum)} and ${String(maximum)}, inclusive`;
}

/** A DNS label, RFC 1123. */
export function dnsLabelProblems(value: string): readonly string[] {
  const matches = LABEL.test(value);
  if (matches && value.length <= LABEL_MAX) return NOTHING;
  const problems = isLonger(value, LABEL_MAX) ? [maxLengthProblem(LABEL_MAX)] : [];
  if (!matches) problems.push(SUBDOMAIN.test(value) ? 'must not contain dots' : LABEL_PROBLEM);
  return problems;
}

/** A DNS subdomain, RFC 1123. */
export function dnsSubdomainProblems(value: string): readonly string[] {
  return patternProblems(value, { pattern: SUBDOMAIN, problem: SUBDOMAIN_PROBLEM, maximum: SUBDOMAIN_MAX });
}

/** A DNS subdomain whose labels may begin with, and hold, underscores. */
export function dnsSubdomainWithUnderscoreProblems(value: string): readonly string[] {
  const rule = { pattern: UNDERSCORE_SUBDOMAIN, problem: UNDERSCORE_SUBDOMAIN_PROBLEM, maximum: SUBDOMAIN_MAX };
  return patternProblems(value, rule);
}

/** A DNS label that begins with a letter, RFC 1035. */
export function dns1035LabelProblems(value: string): readonly string[] {
  return patternProblems(value, { pattern: DNS1035_LABEL, problem: DNS1035_PROBLEM, maximum: LABEL_MAX });
}

/** A name with an optional DNS subdomain and slash before it: keys of labels, finalizers, resources. */
export function qualifiedNameProblems(value: string): readonly string[] {
  const slash = value.indexOf('/');
  if (slash < 0) return namePartProblems(value, []);
  if (value.includes('/', slash + 1)) {
    return [
      `a qualified name ${QUALIFIED_PROBLEM} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const prefix = value.slice(0, slash);
  const problems =
    prefix === ''
      ? ['prefix part must be non-empty']
      : dnsSubdomainProblems(prefix).map((problem) => `prefix part ${problem}`);
  return namePartProblems(value.slice(slash + 1), problems);
}

function namePartProblems(name: string, problems: string[]): readonly string[] {
  if (name === '') problems.push('name part must be non-empty');
  else if (isLonger(name, LABEL_MAX)) problems.push(`name part ${maxLengthProblem(LABEL_MAX)}`);
  if (!QUALIFIED.test(name)) problems.push(`name part ${QUALIFIED_PROBLEM}`);
  return problems;
}

/** The value of a label. */
export function labelValueProblems(value: string): readonly string[] {
  return patternProblems(value, { pattern: LABEL_VALUE, problem: LABEL_VALUE_PROBLEM, maximum: LABEL_MAX });
}

/** The key of a datum of a ConfigMap or a Secret. */
export function configMapKeyProblems(value: string): readonly string[] {
  const rule = { pattern: CONFIG_MAP_KEY, problem: CONFIG_MAP_KEY_PROBLEM, maximum: SUBDOMAIN_MAX };
  const problems = patternProblems(value, rule);
  if (value === '.') return [...problems, "must not be '.'"];
  if (value === '..') return [...problems, "must not be '..'"];
  return value.startsWith('..') ? [...problems, "must not start with '..'"] : problems;
}

/** The name of an environment variable. */
export function environmentNameProblems(value: string): readonly string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  if (PRINTABLE_ASCII_BUT_EQUALS.test(value)) return NOTHING;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** The name of an HTTP header. */
export function httpHeaderNameProblems(value: string): readonly string[] {
  return HTTP_HEADER.test(value) ? NOTHING : [HTTP_HEADER_PROBLEM];
}

/** The number of a port. */
export function portNumberProblems(port: number): readonly string[] {
  return port >= 1 && port <= 65_535 ? NOTHING : [rangeProblem(1, 65_535)];
}

/** The name of a container's port. */
export function portNameProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (isLonger(name, PORT_NAME_MAX)) problems.push(maxLengthProblem(PORT_NAME_MAX));
  if (!PORT_NAME.test(name)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** A user or group on a node. */
export function accountIdProblems(id: number): readonly string[] {
  return id >= 0 && id <= 2_147_483_647 ? NOTHING : [rangeProblem(0, 2_147_483_647)];
}

/** Rule for most names: a DNS subdomain. */
export function isDnsSubdomainName(name: string, isPrefix: boolean): readonly string[] {
  return dnsSubdomainProblems(isPrefix ? withoutTrailingDash(name) : name);
}

/** Rule for the names of namespaces: a DNS label. */
export function isDnsLabelName(name: string, isPrefix: boolean): readonly string[] {
  return dnsLabelProblems(isPrefix ? withoutTrailingDash(name) : name);
}

/** Rule for the names of services: a DNS label that begins with a letter. */
export function isDns1035LabelName(name: string, isPrefix: boolean): readonly string[] {
  return dns1035LabelProblems(isPrefix ? withoutTrailingDash(name) : name);
}

/** Rule for all names: they can be part of a path. */
export function isPathSegmentName(name: string, isPrefix: boolean): readonly string[] {
  if (!isPrefix && (name === '.' || name === '..')) return [`may not be '${name}'`];
  if (!name.includes('/') && !name.includes('%')) return NOTHING;
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

/** What a generated name begins with may end with a dash; as Kubernetes does it, two characters become one letter. */
function withoutTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

interface PatternRule {
  readonly pattern: RegExp;
  readonly problem: string;
  readonly maximum: number;
}

function patternProblems(value: string, { pattern, problem, maximum }: PatternRule): readonly string[] {
  const matches = pattern.test(value);
  if (matches && value.length <= maximum) return NOTHING;
  const problems = isLonger(value, maximum) ? [maxLengthProblem(maximum)] : [];
  if (!matches) problems.push(problem);
  return problems;
}

/** Lengths are counted in bytes. */
function isLonger(value: string, maximum: number): boolean {
  return value.length > maximum || (value.length * 3 > maximum && Buffer.byteLength(value) > maximum);
}
