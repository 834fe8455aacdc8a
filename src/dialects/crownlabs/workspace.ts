/** Workspace: a course. The union of the generations that share `v1alpha1`. */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../../api/object';
import { conditions } from '../../schema/core';
import { stringEnum, type Typed } from '../../schema/keywords';
import type { KindSchema } from '../../schema/kind-schema';
import { crownlabsQuota } from './quota';
import { CROWNLABS_WORKSPACE } from './resource-types';

const spec = Type.Object(
  {
    prettyName: Type.String({ description: 'Name for people.' }),
    autoEnroll: optional(
      stringEnum(['', 'withApproval', 'immediate'], { description: 'How people come into it by themselves.' }),
    ),
    quota: crownlabsQuota('What it adds to the quota of each member.'),
  },
  { description: 'What it is.' },
);

/** A namespace, and whether it is there. */
export const NAMESPACE_STATUS = Type.Object({
  name: optional(Type.String({ description: 'Name of the namespace.' })),
  created: Type.Boolean({ description: 'True: it is there.' }),
});

const status = Type.Object(
  {
    namespace: optional(NAMESPACE_STATUS),
    subscription: optional(
      Type.Record(Type.String(), stringEnum(['Ok', 'Failed']), { description: 'States of other systems.' }),
    ),
    ready: optional(Type.Boolean({ description: 'True: everything is there.' })),
    conditions: optional(conditions()),
  },
  { description: 'What is seen of it.' },
);

export const crownlabsWorkspaceSchema: KindSchema = {
  type: CROWNLABS_WORKSPACE,
  description: 'A workspace of CrownLabs: a course, with templates and members.',
  categories: ['crownlabs'],
  spec,
  status,
  columns: [
    { name: 'Pretty Name', type: 'string', jsonPath: '.spec.prettyName' },
    { name: 'Namespace', type: 'string', jsonPath: '.status.namespace.name' },
    { name: 'Ready', type: 'string', jsonPath: '.status.ready' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

/** A Workspace as the API holds it. */
export interface CrownlabsWorkspace extends KubeObject {
  readonly spec: Typed<typeof spec>;
  readonly status?: Typed<typeof status>;
}
