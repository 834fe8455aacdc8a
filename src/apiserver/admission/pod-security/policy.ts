/**
 * What the labels of a namespace demand of its pods.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
import { type FieldError, invalidField } from '../../field-error';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** A level as some version of Kubernetes defines it; `minor` of v1.x, undefined for the latest. */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number | undefined;
}

export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const LABEL = 'pod-security.kubernetes.io/';
const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const VERSION = /^v1\.([0-9]|[1-9][0-9]*)$/;
const PRIVILEGED: LevelVersion = { level: 'privileged', minor: undefined };

/** `restricted:latest`, `baseline:v1.20`. */
export function levelText({ level, minor }: LevelVersion): string {
  return `${level}:${minor === undefined ? 'latest' : `v1.${minor}`}`;
}

/** Less than zero, zero or more than zero, as the first demands less than, as much as or more than the second. */
export function compareLevels(a: Level, b: Level): number {
  return LEVELS.indexOf(a) - LEVELS.indexOf(b);
}

/**
 * The policy of a namespace's labels, and what is wrong with them. A level to enforce that can't be read counts as
 * restricted; one to warn or audit about as privileged. Who enforces a level is warned about it too.
 */
export function policyOf(labels: Readonly<Record<string, string>>): {
  readonly policy: Policy;
  readonly errors: readonly FieldError[];
} {
  const errors: FieldError[] = [];
  const read = (mode: string, fallback: Level): LevelVersion & { readonly isGood: boolean } => {
    const { level, isGood } = readLevel(labels, mode, fallback, errors);
    return { level, isGood, minor: readMinor(labels, mode, errors) };
  };
  const enforce = read('enforce', 'restricted');
  const audit = read('audit', 'privileged');
  const warn = read('warn', 'privileged');
  const isWarned = Object.hasOwn(labels, `${LABEL}warn`);
  const isImplied = !isWarned && enforce.isGood && compareLevels(enforce.level, warn.level) > 0;
  const impliedMinor = Object.hasOwn(labels, `${LABEL}warn-version`) ? warn.minor : enforce.minor;
  return {
    policy: {
      enforce: { level: enforce.level, minor: enforce.minor },
      audit: { level: audit.level, minor: audit.minor },
      warn: isImplied ? { level: enforce.level, minor: impliedMinor } : { level: warn.level, minor: warn.minor },
    },
    errors,
  };
}

/** The policy of a namespace without such labels. */
export const NO_POLICY: Policy = { enforce: PRIVILEGED, audit: PRIVILEGED, warn: PRIVILEGED };

function readLevel(
  labels: Readonly<Record<string, string>>,
  mode: string,
  fallback: Level,
  errors: FieldError[],
): { readonly level: Level; readonly isGood: boolean } {
  const label = LABEL + mode;
  const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
  if (value === undefined) return { level: 'privileged', isGood: false };
  const level = LEVELS.find((known) => known === value);
  if (level !== undefined) return { level, isGood: true };
  errors.push(invalidField(`metadata.labels[${label}]`, value, `must be one of ${LEVELS.join(', ')}`));
  return { level: fallback, isGood: false };
}

function readMinor(labels: Readonly<Record<string, string>>, mode: string, errors: FieldError[]): number | undefined {
  const label = `${LABEL}${mode}-version`;
  const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
  if (value === undefined || value === 'latest') return undefined;
  const [, minor] = VERSION.exec(value) ?? [];
  if (minor !== undefined) return Number(minor);
  errors.push(invalidField(`metadata.labels[${label}]`, value, 'must be "latest" or "v1.x"'));
  return undefined;
}
