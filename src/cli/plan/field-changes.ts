/**
 * What differs between two states of an object, field by field, without what the server keeps for itself.
 */
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { Manifest } from '../../api/object';

export interface FieldChange {
  /** As kubectl writes paths: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** Absent: the field comes. */
  readonly before?: JsonValue;
  /** Absent: the field goes. */
  readonly after?: JsonValue;
}

/** Members of metadata that the server writes. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
]);

/** Annotation in which `kubectl apply` keeps what it sent. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The fields that differ, by path. Of a Secret it is said which values differ, and none is shown. */
export function fieldChanges(before: Manifest, after: Manifest): readonly FieldChange[] {
  const changes = changesBetween(comparable(before), comparable(after), '');
  return after.kind === 'Secret' ? changes.map(redacted) : changes;
}

function comparable({ metadata, status: _status, ...fields }: Manifest): JsonObject {
  const { annotations = {}, ...rest } = metadata;
  const shown = Object.fromEntries(Object.entries(rest).filter(([name]) => !SERVER_METADATA.has(name)));
  // A copy of the whole object, the values of a Secret included.
  const { [LAST_APPLIED]: _copy, ...said } = annotations;
  return {
    ...fields,
    metadata: { ...shown, ...(Object.keys(said).length === 0 ? {} : { annotations: said }) },
  };
}

function changesBetween(before: JsonValue | undefined, after: JsonValue | undefined, path: string): FieldChange[] {
  if (canonicalJson(before) === canonicalJson(after) && (before === undefined) === (after === undefined)) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) =>
      changesBetween(before[name], after[name], path === '' ? name : `${path}${memberText(name)}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, young]: readonly (readonly JsonValue[])[] = [before, after];
    return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_item, index) =>
      changesBetween(old?.[index], young?.[index], `${path}[${index}]`),
    );
  }
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function memberText(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function redacted(change: FieldChange): FieldChange {
  if (!/^(data|stringData)\b/.test(change.path)) return change;
  return {
    path: change.path,
    ...(change.before === undefined ? {} : { before: '(secret)' }),
    ...(change.after === undefined ? {} : { after: '(another secret)' }),
  };
}

const SHOWN_MAX = 80;

/** A change in one line: `~ spec.replicas: 0 -> 1`. */
export function changeText({ path, before, after }: FieldChange): string {
  if (before === undefined) return `+ ${path}: ${valueText(after)}`;
  if (after === undefined) return `- ${path}: ${valueText(before)}`;
  return `~ ${path}: ${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: JsonValue | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
