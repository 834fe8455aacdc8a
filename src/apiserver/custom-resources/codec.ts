/**
 * Between the JSON of a request and a custom object of one version: unknown fields go, metadata is decoded, defaults are set.
 * @see k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go, v0.34
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type DraftObject, draftOf } from '../draft';
import { fieldErrorText } from '../field-error';
import type { Codec } from '../resources/resource';
import { setSchemaDefaults } from '../schema/defaulting';
import { decodeEmbedded, salvageEmbedded } from '../schema/embedded-resources';
import { decodeMetaOf, salvageObjectMeta } from '../schema/object-meta-decoding';
import { prune, pruneNulls } from '../schema/pruning';
import type { SchemaNode } from '../schema/schema-node';
import { badRequest } from '../status-error';

/** The group, version and kind that a codec takes. */
export interface CustomType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: SchemaNode;
}

/** The codec of one version. What names another kind keeps what this schema doesn't know: validation refuses it. */
export function customCodec(type: CustomType): Codec {
  return {
    decode(body) {
      const object = draftOf(body);
      const { unknown, error } = decodeMetaOf(object);
      if (error !== undefined) throw unhandled(object, type.kind, error);
      const problems = unknown.map((path) => `metadata.${path}`);
      if (isOf(object, type)) {
        problems.push(...prune(object, type.schema));
        pruneNulls(object, type.schema);
        const embedded = decodeEmbedded(object, type.schema);
        if (embedded.error !== undefined) throw unhandled(object, type.kind, fieldErrorText(embedded.error));
        problems.push(...embedded.unknown);
        setSchemaDefaults(object, type.schema);
      }
      return { object, problems: problems.map((path) => `unknown field "${path}"`) };
    },
  };
}

/**
 * An object as its schema reads it today, after it was stored under another: unknown fields go, what can't be decoded of
 * metadata goes, defaults are set.
 */
export function storedObject(object: KubeObject, type: CustomType): DraftObject {
  const draft = draftOf(object as unknown as JsonObject);
  if (draft['metadata'] !== undefined) draft['metadata'] = salvageObjectMeta(draft['metadata']);
  prune(draft, type.schema);
  pruneNulls(draft, type.schema);
  salvageEmbedded(draft, type.schema);
  setSchemaDefaults(draft, type.schema);
  return draft;
}

function isOf(object: DraftObject, { group, kind }: CustomType): boolean {
  const { apiVersion } = object;
  return object['kind'] === kind && typeof apiVersion === 'string' && apiVersion.startsWith(`${group}/`);
}

function unhandled(object: DraftObject, kind: string, why: string): Error {
  const { apiVersion, kind: said } = object;
  const version = typeof apiVersion === 'string' ? (apiVersion.split('/').at(-1) ?? '') : '';
  return badRequest(
    `${typeof said === 'string' ? said : ''} in version "${version}" cannot be handled as a ${kind}: ${why}`,
  );
}
