/** Who set the fields of an object that is answered and not kept: whoever sent it. */
import type { KubeObject } from '../api/object';
import { type DraftObject, ensureObject } from './draft';
import { fieldManager } from './fields/default-field-manager';
import type { SchemaNode } from './schema/schema-node';

export interface SentFields {
  readonly schema: SchemaNode;
  readonly apiVersion: string;
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource?: string;
  readonly now: Date;
}

/** Sets `metadata.managedFields` of what was sent, in place. */
export function trackSentFields(
  object: DraftObject,
  { schema, apiVersion, manager, subresource = '', now }: SentFields,
): void {
  const type = {
    schemaOf: (asked: string) => (asked === apiVersion ? schema : undefined),
    convert: (live: KubeObject) => live,
    resetFields: [],
  };
  ensureObject(object, 'metadata');
  fieldManager.update(undefined, object, { type, apiVersion, manager, subresource, now });
}
