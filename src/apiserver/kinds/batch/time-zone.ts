/** Names of time zones: `Europe/Berlin`. */
import { type FieldError, invalidField } from '../../field-error';

const PART = /^[A-Za-z.\-_0-9+]{1,14}$/;
const CANONICAL: ReadonlyMap<string, string> = new Map(
  Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]),
);

/** What is wrong with the name of a zone; undefined where it is one. */
export function findTimeZoneProblem(zone: string): string | undefined {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return undefined;
  const canonical = CANONICAL.get(zone.toLowerCase());
  if (canonical === zone) return undefined;
  // Zones are files to the server, and files know upper from lower case.
  return canonical === undefined && isZone(zone) ? undefined : `unknown time zone ${zone}`;
}

function isZone(zone: string): boolean {
  // An offset is no zone, though JavaScript takes it for one.
  if (/^[+-]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Problems of `spec.timeZone`. */
export function timeZoneErrors(zone: string, path: string): FieldError[] {
  if (zone === '') return [invalidField(path, zone, 'timeZone must be nil or non-empty string')];
  const isWrong = (part: string) => part === '.' || part === '..' || part.startsWith('-') || !PART.test(part);
  if (zone.split('/').some(isWrong)) return [invalidField(path, zone, `unknown time zone ${zone}`)];
  const errors: FieldError[] = [];
  if (zone.toLowerCase() === 'local') {
    const why = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    errors.push(invalidField(path, zone, why));
  }
  const problem = findTimeZoneProblem(zone);
  return problem === undefined ? errors : [...errors, invalidField(path, zone, problem)];
}
