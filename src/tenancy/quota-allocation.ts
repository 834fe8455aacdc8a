/**
 * QuotaAllocation: what of a namespace's quota is given to whom. The quota in it is written with the namespace; who holds what of it
 * is changed by compare-and-swap alone, so that two never get the last of it.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../api/object';
import { API_GROUP, API_VERSION } from '../api/well-known';
import { quantity } from '../schema/core';
import { listMap, type Typed, UNIT } from '../schema/keywords';
import type { KindSchema } from '../schema/kind-schema';
import { QUOTA } from './quota';

/** Name of the one QuotaAllocation of a namespace that counts. */
export const QUOTA_ALLOCATION_NAME = 'quota';

const word = (description: string) => Type.String({ minLength: 1, maxLength: 253, description });

const amounts = (description: string, maxProperties: number) =>
  Type.Record(Type.String({ minLength: 1, maxLength: 253 }), quantity(), { maxProperties, description });

const QUOTA_ALLOCATION_SPEC = Type.Object(
  {
    hard: Type.Unsafe<Typed<typeof QUOTA>>({ ...QUOTA, description: 'The quota that holds.' }),
    defaultRequest: optional(amounts('What containers request that don’t say it, as in the LimitRange.', 16)),
  },
  { description: 'What there is to give.' },
);

const GRANT = Type.Object(
  {
    apiVersion: word('API version of the environment.'),
    kind: word('Kind of the environment.'),
    name: word('Name of the environment.'),
    uid: word('UID of the environment.'),
    environments: Type.Integer({ minimum: 0, description: '1; 0 where only its volumes are left.' }),
    cpu: quantity({ description: 'CPU that its pods request while it runs.', [UNIT]: 'cores' }),
    memory: quantity({ description: 'Memory that its pods request while it runs.', [UNIT]: 'bytes' }),
    extended: optional(amounts('Extended resources that its pods request while it runs.', 16)),
    volumes: optional(amounts('Sizes of its claims by name.', 64)),
  },
  { description: 'What one environment holds.' },
);

const QUOTA_ALLOCATION_STATUS = Type.Object(
  {
    used: optional(Type.Unsafe<Typed<typeof QUOTA>>({ ...QUOTA, description: 'What all grants add up to.' })),
    grants: optional(
      listMap(GRANT, ['uid'], { maxItems: 10_000, description: 'What environments hold, stopped ones too.' }),
    ),
  },
  { description: 'What is given.' },
);

/** QuotaAllocation: the controller’s own record; nobody else writes it. */
export const QUOTA_ALLOCATION: KindSchema = {
  type: {
    group: API_GROUP,
    version: API_VERSION,
    kind: 'QuotaAllocation',
    plural: 'quotaallocations',
    namespaced: true,
  },
  description:
    'A QuotaAllocation is the controller’s own record of which environment holds what of its namespace’s quota. It is not for editing.',
  shortNames: ['aqa'],
  spec: QUOTA_ALLOCATION_SPEC,
  status: QUOTA_ALLOCATION_STATUS,
  columns: [
    { name: 'Environments', type: 'integer', jsonPath: '.status.used.environments' },
    { name: 'CPU', type: 'string', jsonPath: '.status.used.cpu' },
    { name: 'Memory', type: 'string', jsonPath: '.status.used.memory' },
    { name: 'Storage', type: 'string', jsonPath: '.status.used.storage' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

export type QuotaAllocationStatus = Typed<typeof QUOTA_ALLOCATION_STATUS>;

/** What one environment holds. */
export type QuotaGrant = Typed<typeof GRANT>;

/** A QuotaAllocation as the API holds it. */
export interface QuotaAllocationObject extends KubeObject {
  readonly spec: Typed<typeof QUOTA_ALLOCATION_SPEC>;
  readonly status?: QuotaAllocationStatus;
}
