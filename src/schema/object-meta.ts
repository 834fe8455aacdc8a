/**
 * `metadata` of any object, as strictly as the API server reads it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
import { Type } from '@sinclair/typebox';
import { EXPLAIN } from './keywords';

const SUBDOMAIN = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';
const LABEL = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
/** Optional prefix and slash, then a name of at most 63 characters. */
const QUALIFIED_NAME =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$';
const LABEL_VALUE = '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$';

const word = Type.String({ minLength: 1 });

/** ObjectMeta of apimachinery. Which of its fields a client may set is left to the API server. */
export const OBJECT_META = Type.Object({
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 253,
      pattern: SUBDOMAIN,
      [EXPLAIN]: 'lower-case letters, digits, dashes and dots, with a letter or digit at both ends',
    }),
  ),
  generateName: Type.Optional(Type.String({ maxLength: 253 })),
  namespace: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 63,
      pattern: LABEL,
      [EXPLAIN]: 'lower-case letters, digits and dashes, with a letter or digit at both ends',
    }),
  ),
  labels: Type.Optional(
    Type.Record(
      Type.String({ pattern: QUALIFIED_NAME }),
      Type.String({
        maxLength: 63,
        pattern: LABEL_VALUE,
        [EXPLAIN]: 'letters, digits, dashes, underscores and dots, with a letter or digit at both ends',
      }),
      {
        [EXPLAIN]:
          'a label key: an optional DNS prefix and a slash, then at most 63 letters, digits, dashes, underscores and dots',
      },
    ),
  ),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  finalizers: Type.Optional(Type.Array(word)),
  ownerReferences: Type.Optional(
    Type.Array(
      Type.Object({
        apiVersion: word,
        kind: word,
        name: word,
        uid: word,
        controller: Type.Optional(Type.Boolean()),
        blockOwnerDeletion: Type.Optional(Type.Boolean()),
      }),
    ),
  ),
  uid: Type.Optional(Type.String()),
  resourceVersion: Type.Optional(Type.String()),
  generation: Type.Optional(Type.Integer()),
  creationTimestamp: Type.Optional(Type.String()),
  deletionTimestamp: Type.Optional(Type.String()),
  deletionGracePeriodSeconds: Type.Optional(Type.Integer()),
  selfLink: Type.Optional(Type.String()),
  managedFields: Type.Optional(Type.Array(Type.Unknown())),
});
