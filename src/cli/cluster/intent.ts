/**
 * How environments of a kind are told to run or to stop: by a field of their specification, where the kind's schema has one.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { valueAt } from '../../api/object';
import type { CliKind } from './environment-kinds';

/** A field that says whether an environment is to run. */
export interface IntentField {
  /** Name of a member of `spec`. */
  readonly field: string;
  readonly running: JsonValue;
  readonly stopped: JsonValue;
}

/** The fields that are known, each as APIs of environments have it. */
const INTENT_FIELDS: readonly IntentField[] = [
  { field: 'desiredState', running: 'Running', stopped: 'Stopped' },
  { field: 'running', running: true, stopped: false },
  { field: 'hibernated', running: false, stopped: true },
];

/** The field by which objects of a kind are started and stopped; undefined where the kind has none. */
export function findIntentField(kind: CliKind): IntentField | undefined {
  const versions = valueAt(kind.crd(), ['spec', 'versions']);
  const version = (Array.isArray(versions) ? versions : [])
    .filter(isJsonObject)
    .find((item) => item['name'] === kind.type.version);
  const spec = valueAt(version, ['schema', 'openAPIV3Schema', 'properties', 'spec', 'properties']);
  if (!isJsonObject(spec)) return undefined;
  return INTENT_FIELDS.find((intent) => takes(spec[intent.field], intent));
}

function takes(schema: JsonValue | undefined, { running, stopped }: IntentField): boolean {
  if (!isJsonObject(schema)) return false;
  if (typeof running === 'boolean') return schema['type'] === 'boolean';
  const { enum: words } = schema;
  return Array.isArray(words) && words.includes(running) && words.includes(stopped);
}

/** The merge patch that sets an intent. */
export function intentPatch(intent: IntentField, state: 'running' | 'stopped'): JsonObject {
  return { spec: { [intent.field]: intent[state] } };
}
