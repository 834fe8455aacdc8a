/**
 * Quantities as the API stores them.
 *
 * A text that is canonical in the eyes of Kubernetes' fast path is kept as it was sent (`+5`, `1E3`, `0100`); any other is
 * written anew. What is no quantity is refused with one of three complaints.
 * @see k8s.io/apimachinery/pkg/api/resource/quantity.go, v0.34
 */
import { canonicalQuantity, isQuantity } from '../../api/quantity';

export type ReadQuantity = { readonly text: string } | { readonly problem: string };

const FORMAT_WRONG = {
  problem: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
};
const NUMERIC_WRONG = { problem: 'unable to parse numeric part of quantity' };
const SUFFIX_WRONG = { problem: "unable to parse quantity's suffix" };

const PARTS = /^[+-]?0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const BINARY_SUFFIX: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const DECIMAL_SUFFIX: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const EXPONENT = /^[eE][+-]?[0-9]+$/;
/** The fast path holds so many digits. */
const DIGITS_MAX = 18;
/** Nine digits behind the point. */
const SCALE_MIN = -9;

/** The text that is stored for a text; spaces around it don't count. */
export function readQuantity(written: string): ReadQuantity {
  const text = written.trim();
  if (text === '') return FORMAT_WRONG;
  if (text === '0') return { text };
  const match = PARTS.exec(text);
  if (match === null) return FORMAT_WRONG;
  const [, whole = '', fraction = '', suffix = ''] = match;
  const binary = BINARY_SUFFIX.get(suffix);
  const decimal = DECIMAL_SUFFIX.get(suffix) ?? (EXPONENT.test(suffix) ? Number(suffix.slice(1)) : undefined);
  if (binary === undefined && decimal === undefined) return SUFFIX_WRONG;

  const digits = `${whole === '' ? '0' : whole}${fraction}`;
  const isKept =
    binary === undefined
      ? isCanonicalDecimal(digits, (decimal ?? 0) - fraction.length)
      : fraction === '' && isCanonicalBinary(digits, binary);
  if (isKept) return { text };
  // No digits at all: a suffix alone is nothing of it.
  if (/^0*$/.test(digits)) return { text: '0' };
  return isQuantity(text) ? { text: canonicalQuantity(text) } : NUMERIC_WRONG;
}

function isCanonicalDecimal(digits: string, scale: number): boolean {
  return (
    digits.length <= DIGITS_MAX &&
    scale >= SCALE_MIN &&
    scale % 3 === 0 &&
    !digits.endsWith('000') &&
    !digits.startsWith('0')
  );
}

/** The number isn't a multiple of eight, so no larger suffix would do, as Kubernetes guesses. */
function isCanonicalBinary(digits: string, exponent: number): boolean {
  const precision = 15 - digits.length - Math.trunc((exponent * 3) / 10) - 1;
  return precision >= 0 && Number(digits) % 8 !== 0;
}
