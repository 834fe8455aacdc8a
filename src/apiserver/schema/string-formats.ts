/**
 * The formats of strings that schemas of custom resources know. Others say nothing.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
 */
import { isAddressV4, isAddressV6, isCidr, isMac } from './address-formats';
import { isDate } from './go-time';
import { patternMatcher } from './pattern';
import { isEmail, isRequestUri } from './uri-formats';

type Check = (text: string) => boolean;

const FORMATS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['bsonobjectid', (text) => /^[0-9a-fA-F]{24}$/.test(text)],
  ['uri', isRequestUri],
  ['email', isEmail],
  ['hostname', isHostname],
  ['ipv4', isAddressV4],
  ['ipv6', isAddressV6],
  ['cidr', isCidr],
  ['mac', isMac],
  ['uuid', uuid('')],
  ['uuid3', uuid('3')],
  ['uuid4', uuid('4')],
  ['uuid5', uuid('5')],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', isCreditCard],
  ['ssn', (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text)],
  ['hexcolor', (text) => /^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text)],
  ['rgbcolor', patternMatcher(rgbPattern())],
  ['byte', isBase64],
  ['password', () => true],
  ['date', isDate],
  ['duration', isDuration],
  ['datetime', isDateTime],
]);

/** The check of a format, whose name may have dashes; undefined for one that says nothing. */
export function formatCheck(format: string): Check | undefined {
  return FORMATS.get(format.replaceAll('-', ''));
}

/** True for a format that the API knows. */
export function isKnownFormat(format: string): boolean {
  return FORMATS.has(format.replaceAll('-', ''));
}

const HOSTNAME = patternMatcher(
  '^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$',
);

function isHostname(text: string): boolean {
  if (Buffer.byteLength(text) > 255) return false;
  return HOSTNAME(text) && text.split('.').every((label) => Buffer.byteLength(label) <= 63);
}

function uuid(version: '' | '3' | '4' | '5'): Check {
  const third = version === '' ? '[0-9a-f]{4}' : `${version}[0-9a-f]{3}`;
  const fourth = version === '4' || version === '5' ? '[89ab][0-9a-f]{3}' : '[0-9a-f]{4}';
  const pattern = new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, 'i');
  return (text) => pattern.test(text);
}

function isIsbn10(text: string): boolean {
  const digits = text.replaceAll(/[\s-]+/g, '');
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(digits)) return false;
  const sum = Array.from(digits).reduce(
    (total, digit, index) => total + (index + 1) * (digit === 'X' ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replaceAll(/[\s-]+/g, '');
  if (!/^[0-9]{13}$/.test(digits)) return false;
  const sum = Array.from(digits).reduce((total, digit, index) => total + (index % 2 === 0 ? 1 : 3) * Number(digit), 0);
  return sum % 10 === 0;
}

const CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replaceAll(/[^0-9]+/g, '');
  if (!CARD.test(digits)) return false;
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + (value >= 10 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}

function rgbPattern(): string {
  const part = '\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*';
  return `^rgb\\(${part},${part},${part}\\)$`;
}

function isBase64(text: string): boolean {
  return text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  if (time === undefined || !isDate(date)) return false;
  const match = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/.exec(time);
  const [, hour = '', minute = '', second = ''] = match ?? [];
  return match !== null && hour <= '23' && minute <= '59' && second <= '59';
}

const GO_DURATION = /^[+-]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** Units as Scala writes them: those that must be whole, and the one that a longer word may begin with. */
const UNITS: readonly { readonly whole: readonly string[]; readonly beginning: string }[] = [
  { whole: ['ns'], beginning: 'nano' },
  { whole: ['us', 'µs'], beginning: 'micro' },
  { whole: ['ms'], beginning: 'milli' },
  { whole: ['s'], beginning: 'sec' },
  { whole: ['m'], beginning: 'min' },
  { whole: ['h', 'hr'], beginning: 'hour' },
  { whole: ['d'], beginning: 'day' },
  { whole: ['w', 'wk'], beginning: 'week' },
];

function isDuration(text: string): boolean {
  if (GO_DURATION.test(text)) return true;
  return [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some(([, word = '']) => {
    const unit = word.toLowerCase();
    return UNITS.some(({ whole, beginning }) => whole.includes(unit) || unit.startsWith(beginning));
  });
}
