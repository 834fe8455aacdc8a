/** What a write means for managed fields, before anything is compared. */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { emptyObject } from './empty-object';
import type { FieldWrite } from './field-manager';
import { equalSets, type FieldSet } from './field-set';
import type { FieldsOperation, ManagedEntry, ManagerIdentity } from './managed-fields';
import type { VersionedValue } from './version-converter';

/** In whose name a write owns fields. */
export function writerOf(
  { manager, apiVersion, subresource }: FieldWrite,
  operation: FieldsOperation,
): ManagerIdentity {
  return { manager: manager === '' ? 'unknown' : manager, operation, apiVersion, subresource };
}

/** A manager's entry, which keeps of the one before its time, and what it has in writing where that still says the same. */
export function entryFor(writer: ManagerIdentity, fields: FieldSet, before: ManagedEntry | undefined): ManagedEntry {
  const { manager, operation, apiVersion, subresource } = writer;
  const isSame = before?.encoded !== undefined && equalSets(before.fields, fields);
  return {
    manager,
    operation,
    apiVersion,
    subresource,
    fields,
    ...(before?.time === undefined ? {} : { time: before.time }),
    ...(isSame ? { encoded: before.encoded } : {}),
  };
}

/** The live object without its managed fields; before a creation, the empty object of its kind. */
export function liveValue(live: KubeObject | undefined, { type, apiVersion, kind }: FieldWrite): VersionedValue {
  if (live !== undefined) return { value: withoutManagedFields(live as unknown as JsonObject), apiVersion };
  const schema = type.schemaOf(apiVersion);
  const empty = schema === undefined ? {} : emptyObject(schema);
  return { value: { ...empty, apiVersion, ...(kind === undefined ? {} : { kind }) }, apiVersion };
}

function withoutManagedFields({ metadata, ...rest }: JsonObject): JsonObject {
  return { ...rest, metadata: { ...(metadata as JsonObject | undefined), managedFields: undefined } };
}
