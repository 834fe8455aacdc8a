/**
 * SharedVolume: a volume of a namespace that its templates mount in many environments.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../../src/api/object';
import { API_GROUP, API_VERSION } from '../../src/api/well-known';
import { conditions, quantity } from '../../src/schema/core';
import { listAtomic, stringEnum, type Typed, UNIT } from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';

/** `shared-` goes before it where pods name it, and their volumes have at most 63 characters. */
export const SHARED_VOLUME_NAME_MAX = 56;
const NAME_PATTERN = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';

const SHARED_VOLUME_SPEC = Type.Object(
  {
    displayName: optional(Type.String({ maxLength: 120, description: 'Name for people.' })),
    size: quantity({ description: 'Size of its claim; it only grows.', [UNIT]: 'bytes' }),
    storageClassName: optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'StorageClass. Default: the cluster’s.' }),
    ),
    accessModes: listAtomic(stringEnum(['ReadWriteOnce', 'ReadWriteMany', 'ReadOnlyMany']), {
      default: ['ReadWriteMany'],
      minItems: 1,
      maxItems: 3,
      description: 'Access modes of its claim.',
    }),
  },
  { description: 'What it is to be.' },
);

const text = (description: string) => optional(Type.String({ description }));

const SHARED_VOLUME_STATUS = Type.Object(
  {
    observedGeneration: optional(
      Type.Integer({ description: 'Generation of the specification that this status speaks of.' }),
    ),
    conditions: optional(conditions()),
    phase: text('Phase of its claim; Absent while there is none.'),
    claimName: text('Name of its claim, once it is there.'),
    volumeName: text('PersistentVolume of its claim.'),
    server: text('Server of the share that the volume is.'),
    path: text('Path of the share on its server.'),
    driver: text('CSI driver by which environments of other namespaces mount it.'),
  },
  { description: 'What is seen of it.' },
);

/** SharedVolume: a volume of a namespace that its templates mount in many environments. */
export const SHARED_VOLUME: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'SharedVolume', plural: 'sharedvolumes', namespaced: true },
  description:
    'A SharedVolume is a volume of a namespace, such as a workspace’s, that templates of the namespace mount in many environments.',
  shortNames: ['ashvol'],
  categories: ['adrasteia'],
  spec: SHARED_VOLUME_SPEC,
  status: SHARED_VOLUME_STATUS,
  columns: [
    { name: 'Name for people', type: 'string', jsonPath: '.spec.displayName' },
    { name: 'Size', type: 'string', jsonPath: '.spec.size' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  rules: [
    {
      cel: `self.metadata.name.size() <= ${SHARED_VOLUME_NAME_MAX}`,
      message: `must have at most ${SHARED_VOLUME_NAME_MAX} characters: names of volumes are made from it`,
      path: 'metadata.name',
      holds: ({ metadata }) => metadata.name.length <= SHARED_VOLUME_NAME_MAX,
    },
    {
      cel: `self.metadata.name.matches('${NAME_PATTERN}')`,
      message: 'must be lower-case letters, digits and dashes: names of volumes are made from it',
      path: 'metadata.name',
      holds: ({ metadata }) => new RegExp(NAME_PATTERN).test(metadata.name),
    },
  ],
};

export type SharedVolumeSpec = Typed<typeof SHARED_VOLUME_SPEC>;

/** A SharedVolume as the API holds it. */
export interface SharedVolumeObject extends KubeObject {
  readonly spec: SharedVolumeSpec;
  readonly status?: Typed<typeof SHARED_VOLUME_STATUS>;
}
