/**
 * What names may be, and the words in which the API says that one isn't.
 * @see k8s.io/apimachinery/pkg/util/validation/validation.go, v0.34
 */

const LABEL_1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL_1123}(\\.${LABEL_1123})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;

const MATCHES_LABEL_1123 = new RegExp(`^${LABEL_1123}$`);
const MATCHES_SUBDOMAIN = new RegExp(`^${SUBDOMAIN}$`);
const MATCHES_LABEL_1035 = new RegExp(`^${LABEL_1035}$`);
const MATCHES_QUALIFIED = new RegExp(`^${QUALIFIED}$`);
const MATCHES_LABEL_VALUE = new RegExp(`^${LABEL_VALUE}$`);

const LABEL_MAX = 63;
const SUBDOMAIN_MAX = 253;

/** Such a pattern backtracks: nothing longer is matched against it, as it is too long in any case. */
const MATCHED_MAX = 1024;

function matches(pattern: RegExp, value: string): boolean {
  return value.length <= MATCHED_MAX && pattern.test(value);
}

function regexError(what: string, pattern: string, examples: readonly string[]): string {
  const eg = examples.map((example) => `'${example}', `).join(' or ');
  return `${what} (e.g. ${eg}regex used for validation is '${pattern}')`;
}

function tooLong(max: number): string {
  return `must be no more than ${String(max)} bytes`;
}

interface Rule {
  readonly max: number;
  readonly pattern: RegExp;
  readonly error: string;
}

function ruleErrors(value: string, { max, pattern, error }: Rule): string[] {
  return [...(Buffer.byteLength(value) > max ? [tooLong(max)] : []), ...(matches(pattern, value) ? [] : [error])];
}

const SUBDOMAIN_RULE: Rule = {
  max: SUBDOMAIN_MAX,
  pattern: MATCHES_SUBDOMAIN,
  error: regexError(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    SUBDOMAIN,
    ['example.com'],
  ),
};

const LABEL_1035_RULE: Rule = {
  max: LABEL_MAX,
  pattern: MATCHES_LABEL_1035,
  error: regexError(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    LABEL_1035,
    ['my-name', 'abc-123'],
  ),
};

const LABEL_VALUE_RULE: Rule = {
  max: LABEL_MAX,
  pattern: MATCHES_LABEL_VALUE,
  error: regexError(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    LABEL_VALUE,
    ['MyValue', 'my_value', '12345'],
  ),
};

const QUALIFIED_ERROR = regexError(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  QUALIFIED,
  ['MyName', 'my.name', '123-abc'],
);

/** What is wrong with a DNS subdomain (RFC 1123). */
export function dns1123SubdomainErrors(value: string): string[] {
  return ruleErrors(value, SUBDOMAIN_RULE);
}

/** What is wrong with the name of an object that must be a DNS subdomain; the beginning of a generated one may end in a dash. */
export function subdomainNameErrors(name: string, isPrefix: boolean): string[] {
  return dns1123SubdomainErrors(isPrefix && name.length > 1 ? name.replace(/-$/, 'a') : name);
}

/** What is wrong with a DNS label (RFC 1123). */
export function dns1123LabelErrors(value: string): string[] {
  const label = regexError(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    LABEL_1123,
    ['my-name', '123-abc'],
  );
  // A subdomain is a label but for its dots, which is easier said.
  const error = matches(MATCHES_SUBDOMAIN, value) ? 'must not contain dots' : label;
  return ruleErrors(value, { max: LABEL_MAX, pattern: MATCHES_LABEL_1123, error });
}

/** What is wrong with a DNS label (RFC 1035). */
export function dns1035LabelErrors(value: string): string[] {
  return ruleErrors(value, LABEL_1035_RULE);
}

/** What is wrong with the value of a label. */
export function labelValueErrors(value: string): string[] {
  return ruleErrors(value, LABEL_VALUE_RULE);
}

/** What is wrong with a name that may have a prefix: `example.com/name`. */
export function qualifiedNameErrors(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${QUALIFIED_ERROR} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const errors: string[] = [];
  const [prefix, name = ''] = parts.length === 2 ? parts : [undefined, value];
  if (prefix === '') errors.push('prefix part must be non-empty');
  else if (prefix !== undefined) errors.push(...dns1123SubdomainErrors(prefix).map((error) => `prefix part ${error}`));
  if (name === '') errors.push('name part must be non-empty');
  else if (Buffer.byteLength(name) > LABEL_MAX) errors.push(`name part ${tooLong(LABEL_MAX)}`);
  if (!matches(MATCHES_QUALIFIED, name)) errors.push(`name part ${QUALIFIED_ERROR}`);
  return errors;
}
