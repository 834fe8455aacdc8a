/**
 * Inventory: what has been applied for one object, kept so that nothing is forgotten when the controller ends midway.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import { API_GROUP, API_VERSION } from '../../src/api/well-known';
import { listAtomic } from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';

const word = (description: string) => Type.String({ minLength: 1, description });

/** The specification of an Inventory. */
const INVENTORY_SPEC = Type.Object(
  {
    owner: optional(word('The object that it belongs to, as Kind.group/name.')),
    entries: optional(
      listAtomic(
        Type.Object({
          apiVersion: word('API version of the object.'),
          kind: word('Kind of the object.'),
          namespace: optional(word('Namespace of the object; absent for cluster-scoped kinds.')),
          name: word('Name of the object.'),
          keep: optional(Type.Boolean({ description: 'True: it holds data, and pruning leaves it.' })),
        }),
        { description: 'Objects that were applied, entered before they are made and taken out when they are gone.' },
      ),
    ),
    external: optional(
      listAtomic(
        Type.Object({ system: word('Name of the external system.'), key: word('The thing, as the system calls it.') }),
        { description: 'External things that were asked for.' },
      ),
    ),
    ledger: optional(
      listAtomic(word('What was done, in words that are said once.'), {
        description: 'One-shots, entered before they are done.',
      }),
    ),
  },
  { description: 'What was applied and done.' },
);

/** Inventory: the controller's own record; nobody else writes it. */
export const INVENTORY: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'Inventory', plural: 'inventories', namespaced: true },
  description:
    'An Inventory is the controller’s own record of what it applied for one object. It is not for editing: what is taken out is no longer cleaned up.',
  shortNames: ['ainv'],
  spec: INVENTORY_SPEC,
  columns: [
    { name: 'Owner', type: 'string', jsonPath: '.spec.owner' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};
