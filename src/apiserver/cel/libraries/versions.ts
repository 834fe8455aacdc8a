/**
 * Semantic versions.
 * @see k8s.io/apiserver/pkg/cel/library/semverlib.go, v0.34
 */
import { declare, global, type Library, member } from '../typing/declaration';
import { aBool, aString, taking } from '../typing/taking';
import { intOf } from '../values/integer';
import { compareStrings } from '../values/order';
import { quoted } from '../values/quoting';
import { CelError, NO_SUCH_OVERLOAD, OpaqueValue, type Value } from '../values/value';

type PreRelease = bigint | string;

class InvalidVersionError extends Error {
  override readonly name = 'InvalidVersionError';
}

class SemverValue extends OpaqueValue {
  override readonly typeName = 'kubernetes.Semver';

  constructor(
    /** Major, minor and patch. */
    readonly numbers: readonly [bigint, bigint, bigint],
    readonly preRelease: readonly PreRelease[],
  ) {
    super();
  }

  override equals(other: Value): boolean | CelError {
    return other instanceof SemverValue ? compareVersions(this, other) === 0 : NO_SUCH_OVERLOAD;
  }
}

const aSemver = (value: Value): value is SemverValue => value instanceof SemverValue;

function refuse(message: string): never {
  throw new InvalidVersionError(message);
}

function parseNumber(name: string, text: string): bigint {
  if (!/^[0-9]*$/.test(text)) refuse(`Invalid character(s) found in ${name.toLowerCase()} number ${quoted(text)}`);
  if (/^0./.test(text)) refuse(`${name} number must not contain leading zeroes ${quoted(text)}`);
  return parseUint(text);
}

function parseUint(text: string): bigint {
  if (text === '') refuse('strconv.ParseUint: parsing "": invalid syntax');
  const value = BigInt(text);
  return value < 2n ** 64n ? value : refuse(`strconv.ParseUint: parsing ${quoted(text)}: value out of range`);
}

function parsePreRelease(text: string): PreRelease {
  if (text === '') return refuse('Prerelease is empty');
  if (!/^[0-9]+$/.test(text)) {
    return /^[0-9A-Za-z-]+$/.test(text) ? text : refuse(`Invalid character(s) found in prerelease ${quoted(text)}`);
  }
  if (/^0./.test(text)) refuse(`Numeric PreRelease version must not contain leading zeroes ${quoted(text)}`);
  return parseUint(text);
}

/** In at most three pieces at dots. */
function pieces(text: string): readonly string[] {
  const [major = '', minor, ...rest] = text.split('.');
  if (minor === undefined) return [major];
  return rest.length === 0 ? [major, minor] : [major, minor, rest.join('.')];
}

function parseVersion(text: string): SemverValue {
  if (text === '') refuse('Version string empty');
  const [majorText = '', minorText = '', tail] = pieces(text);
  if (tail === undefined) return refuse('No Major.Minor.Patch elements found');
  const major = parseNumber('Major', majorText);
  const minor = parseNumber('Minor', minorText);
  const plus = tail.indexOf('+');
  const withoutBuild = plus === -1 ? tail : tail.slice(0, plus);
  const dash = withoutBuild.indexOf('-');
  const patch = parseNumber('Patch', dash === -1 ? withoutBuild : withoutBuild.slice(0, dash));
  const preRelease =
    dash === -1
      ? []
      : withoutBuild
          .slice(dash + 1)
          .split('.')
          .map(parsePreRelease);
  for (const build of plus === -1 ? [] : tail.slice(plus + 1).split('.')) {
    if (build === '') refuse('Build meta data is empty');
    if (!/^[0-9A-Za-z-]+$/.test(build)) refuse(`Invalid character(s) found in build meta data ${quoted(build)}`);
  }
  return new SemverValue([major, minor, patch], preRelease);
}

/** The text with a `v` before it, leading zeros and missing numbers seen to. */
function normalized(text: string): string {
  const parts = pieces(text.startsWith('v') ? text.slice(1) : text).map((part) => {
    if (part.length <= 1) return part;
    const stripped = part.replace(/^0+/, '');
    return /^[0-9]/.test(stripped) ? stripped : `0${stripped}`;
  });
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) {
    refuse('short version cannot contain PreRelease/Build meta data');
  }
  while (parts.length < 3) parts.push('0');
  return parts.join('.');
}

function toVersion(text: string, isNormalizing: boolean): SemverValue | CelError {
  try {
    return parseVersion(isNormalizing ? normalized(text) : text);
  } catch (error) {
    if (error instanceof InvalidVersionError) return new CelError(error.message);
    throw error;
  }
}

function comparePreReleases(a: PreRelease, b: PreRelease): number {
  if (typeof a === 'string') return typeof b === 'string' ? compareStrings(a, b) : 1;
  return typeof b === 'string' || a < b ? -1 : a > b ? 1 : 0;
}

function compareVersions(a: SemverValue, b: SemverValue): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number > other ? 1 : -1;
  }
  if (a.preRelease.length === 0 || b.preRelease.length === 0) {
    return Math.sign(b.preRelease.length) - Math.sign(a.preRelease.length);
  }
  for (const [index, part] of a.preRelease.entries()) {
    const other = b.preRelease[index];
    if (other === undefined) return 1;
    const order = comparePreReleases(part, other);
    if (order !== 0) return order;
  }
  return a.preRelease.length < b.preRelease.length ? -1 : 0;
}

function isVersion(text: string, isNormalizing: boolean): boolean {
  return toVersion(text, isNormalizing) instanceof SemverValue;
}

export const VERSIONS: Library = [
  declare(
    'semver',
    global(
      'string_to_semver(string) kubernetes.Semver',
      taking([aString], (text) => toVersion(text, false)),
    ),
    global('string_bool_to_semver(string, bool) kubernetes.Semver', taking([aString, aBool], toVersion)),
  ),
  declare(
    'isSemver',
    global(
      'is_semver_string(string) bool',
      taking([aString], (text) => isVersion(text, false)),
    ),
    global('is_semver_string_bool(string, bool) bool', taking([aString, aBool], isVersion)),
  ),
  declare(
    'isGreaterThan',
    member(
      'semver_is_greater_than(kubernetes.Semver, kubernetes.Semver) bool',
      taking([aSemver, aSemver], (a, b) => compareVersions(a, b) === 1),
    ),
  ),
  declare(
    'isLessThan',
    member(
      'semver_is_less_than(kubernetes.Semver, kubernetes.Semver) bool',
      taking([aSemver, aSemver], (a, b) => compareVersions(a, b) === -1),
    ),
  ),
  declare(
    'compareTo',
    member('semver_compare_to(kubernetes.Semver, kubernetes.Semver) int', taking([aSemver, aSemver], compareVersions)),
  ),
  declare(
    'major',
    member(
      'semver_major(kubernetes.Semver) int',
      taking([aSemver], ({ numbers }) => intOf(numbers[0])),
    ),
  ),
  declare(
    'minor',
    member(
      'semver_minor(kubernetes.Semver) int',
      taking([aSemver], ({ numbers }) => intOf(numbers[1])),
    ),
  ),
  declare(
    'patch',
    member(
      'semver_patch(kubernetes.Semver) int',
      taking([aSemver], ({ numbers }) => intOf(numbers[2])),
    ),
  ),
];
