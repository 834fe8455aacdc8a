/**
 * Quantities of Kubernetes.
 * @see k8s.io/apiserver/pkg/cel/library/quantity.go, v0.34
 */
import { parseQuantity } from '../../../api/quantity';
import { declare, global, type Library, member } from '../typing/declaration';
import { anInt, aString, taking } from '../typing/taking';
import { type Int, intOf, isInt64 } from '../values/integer';
import { CelError, Double, NO_SUCH_OVERLOAD, OpaqueValue, type Result, type Value } from '../values/value';

const NANOS = 10n ** 9n;
const FORMAT_WRONG = new CelError(
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
);
const SUFFIX_WRONG = new CelError("unable to parse quantity's suffix");
const NOT_AN_INTEGER = new CelError('cannot convert value to integer');

const PARTS = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const DECIMAL_POWERS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY_POWERS: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL_EXPONENT = /^[eE][+-]?[0-9]{1,2}$/;
/** Beyond so many digits a quantity isn't kept as a machine's integer. */
const MAXIMUM_DIGITS = 18;

class QuantityValue extends OpaqueValue {
  override readonly typeName = 'kubernetes.Quantity';

  constructor(
    readonly nanos: bigint,
    /** The power of ten in which it is counted; undefined where it isn't a machine's integer of any. */
    readonly scale: number | undefined,
  ) {
    super();
  }

  override equals(other: Value): boolean | CelError {
    return other instanceof QuantityValue ? this.nanos === other.nanos : NO_SUCH_OVERLOAD;
  }
}

const aQuantity = (value: Value): value is QuantityValue => value instanceof QuantityValue;

/** The scale in which the real server keeps a number; undefined where it is too long for a machine's integer. */
function scaleOf(digits: string, fraction: string, suffix: string): number | undefined {
  const binary = BINARY_POWERS[suffix];
  if (binary !== undefined) {
    const isShort = fraction === '' && 14 - digits.length - Math.trunc((binary * 3) / 10) >= 0;
    return isShort ? 0 : undefined;
  }
  const scale = (DECIMAL_POWERS[suffix] ?? Number(suffix.slice(1))) - fraction.length;
  return digits.length + fraction.length <= MAXIMUM_DIGITS && scale >= -9 ? scale : undefined;
}

function toQuantity(text: string): QuantityValue | CelError {
  const match = text === '' ? null : PARTS.exec(text);
  if (match === null) return FORMAT_WRONG;
  const [, sign = '', digits = '', fraction = '', suffix = ''] = match;
  if (!(suffix in DECIMAL_POWERS || suffix in BINARY_POWERS || DECIMAL_EXPONENT.test(suffix))) return SUFFIX_WRONG;
  const whole = digits === '' ? '0' : digits;
  const { nanos } = parseQuantity(`${sign}${whole}${fraction === '' ? '' : `.${fraction}`}${suffix}`);
  return new QuantityValue(nanos, scaleOf(whole, fraction, suffix));
}

function scaled(nanos: bigint, scale: number): bigint {
  return nanos / 10n ** BigInt(scale + 9);
}

function combined(a: QuantityValue, b: QuantityValue, nanos: bigint): QuantityValue {
  const scale = a.scale === undefined || b.scale === undefined ? undefined : Math.min(a.scale, b.scale);
  return new QuantityValue(nanos, scale !== undefined && isInt64(scaled(nanos, scale)) ? scale : undefined);
}

function ofInt(value: Int): QuantityValue {
  return new QuantityValue(BigInt(value) * NANOS, 0);
}

/** As a whole number, where it is counted in whole ones. */
function findInteger({ nanos, scale }: QuantityValue): Int | undefined {
  const whole = nanos / NANOS;
  return scale !== undefined && scale >= 0 && isInt64(whole) ? intOf(whole) : undefined;
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

function add(a: QuantityValue, b: QuantityValue): Result {
  return a.nanos === 0n && a.scale !== undefined ? b : combined(a, b, a.nanos + b.nanos);
}

function subtract(a: QuantityValue, b: QuantityValue): Result {
  return combined(a, b, a.nanos - b.nanos);
}

export const QUANTITIES: Library = [
  declare('quantity', global('string_to_quantity(string) kubernetes.Quantity', taking([aString], toQuantity))),
  declare(
    'isQuantity',
    global(
      'is_quantity_string(string) bool',
      taking([aString], (text) => toQuantity(text) instanceof QuantityValue),
    ),
  ),
  declare(
    'sign',
    global(
      'quantity_sign(kubernetes.Quantity) int',
      taking([aQuantity], ({ nanos }) => signOf(nanos)),
    ),
  ),
  declare(
    'isGreaterThan',
    member(
      'quantity_is_greater_than(kubernetes.Quantity, kubernetes.Quantity) bool',
      taking([aQuantity, aQuantity], (a, b) => a.nanos > b.nanos),
    ),
  ),
  declare(
    'isLessThan',
    member(
      'quantity_is_less_than(kubernetes.Quantity, kubernetes.Quantity) bool',
      taking([aQuantity, aQuantity], (a, b) => a.nanos < b.nanos),
    ),
  ),
  declare(
    'compareTo',
    member(
      'quantity_compare_to(kubernetes.Quantity, kubernetes.Quantity) int',
      taking([aQuantity, aQuantity], (a, b) => signOf(a.nanos - b.nanos)),
    ),
  ),
  declare(
    'asApproximateFloat',
    member(
      'quantity_get_float(kubernetes.Quantity) double',
      taking([aQuantity], ({ nanos }) => new Double(Number(nanos) / 1e9)),
    ),
  ),
  declare(
    'asInteger',
    member(
      'quantity_get_int(kubernetes.Quantity) int',
      taking([aQuantity], (quantity) => findInteger(quantity) ?? NOT_AN_INTEGER),
    ),
  ),
  declare(
    'isInteger',
    member(
      'quantity_is_integer(kubernetes.Quantity) bool',
      taking([aQuantity], (quantity) => findInteger(quantity) !== undefined),
    ),
  ),
  declare(
    'add',
    member(
      'quantity_add(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity',
      taking([aQuantity, aQuantity], add),
    ),
    member(
      'quantity_add_int(kubernetes.Quantity, int) kubernetes.Quantity',
      taking([aQuantity, anInt], (a, b) => add(a, ofInt(b))),
    ),
  ),
  declare(
    'sub',
    member(
      'quantity_sub(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity',
      taking([aQuantity, aQuantity], subtract),
    ),
    member(
      'quantity_sub_int(kubernetes.Quantity, int) kubernetes.Quantity',
      taking([aQuantity, anInt], (a, b) => subtract(a, ofInt(b))),
    ),
  ),
];
