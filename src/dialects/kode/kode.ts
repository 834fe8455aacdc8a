/**
 * Kode: one person's environment, made from a template.
 *
 * The schema is the union of the releases that served v1alpha1, so that nothing of a stored object is pruned. Unlike theirs
 * it fills in no `home`, `user` or `username`: whether a field was given decides what it means.
 */
import { Type } from '@sinclair/typebox';
import type { KubeObject } from '../../api/object';
import { quantity } from '../../schema/core';
import { EXPLAIN, stringEnum, type Typed, withRules } from '../../schema/keywords';
import type { KindSchema } from '../../schema/kind-schema';
import { startStages } from '../../schema/start-stages';
import { conditionList } from './condition-list';
import { INIT_PLUGIN } from './init-plugin';
import { KODE } from './resource-types';

const storage = Type.Object(
  {
    accessModes: Type.Optional(
      Type.Array(Type.String(), { description: 'Access modes of the claim. Default: ReadWriteOnce.' }),
    ),
    storageClassName: Type.Optional(
      Type.String({ description: "Storage class of the claim. Default: the cluster's." }),
    ),
    resources: Type.Optional(
      Type.Object(
        {
          requests: Type.Optional(
            Type.Record(Type.String(), quantity(), {
              description: 'Size of the claim, under storage. Default: 1Gi. It can grow and not shrink.',
            }),
          ),
          limits: Type.Optional(
            Type.Record(Type.String(), quantity(), {
              description: 'Accepted for older files; claims have no limits that a driver acts on.',
            }),
          ),
        },
        { description: 'Size of the claim.' },
      ),
    ),
    keepVolume: Type.Optional(
      Type.Boolean({ default: false, description: 'True: the claim stays when the Kode is deleted.' }),
    ),
    existingVolumeClaim: Type.Optional(
      Type.String({
        description: 'A claim of the same namespace to mount instead of making one. It is never changed or deleted.',
      }),
    ),
  },
  {
    description:
      'A volume for the home. Absent: the home is empty at every start. An empty object: 1Gi, ReadWriteOnce.',
  },
);

const spec = Type.Object(
  {
    templateRef: Type.Object(
      {
        kind: stringEnum(['KodeTemplate', 'KodeClusterTemplate'], { description: 'Kind of the template.' }),
        name: Type.String({ minLength: 1, description: 'Name of the template.' }),
        namespace: Type.Optional(
          Type.String({
            description:
              "Namespace of a KodeTemplate. Default: the Kode's own. Another one has to permit it by the annotation adrasteia.dev/allowed-namespaces on the template.",
          }),
        ),
      },
      { description: 'The template that the environment is made from.' },
    ),
    username: Type.Optional(Type.String({ description: 'Who signs in. Default: abc.' })),
    user: Type.Optional(Type.String({ description: 'The same as username, in the spelling of earlier releases.' })),
    password: Type.Optional(
      Type.String({
        description:
          'Password to sign in with; it is kept in the Secret <kode>-auth. Empty or absent: none. Prefer existingSecret.',
      }),
    ),
    existingSecret: Type.Optional(
      Type.String({
        description:
          'A Secret of the same namespace with the keys username and password, used instead of user and password. It is never changed or deleted.',
      }),
    ),
    home: Type.Optional(
      Type.String({
        minLength: 3,
        pattern: '^/',
        [EXPLAIN]: 'an absolute path',
        description: "Where the home volume is mounted. Default: the template's defaultHome.",
      }),
    ),
    workspace: Type.Optional(
      Type.String({
        minLength: 3,
        pattern: '^[^/].*$',
        description: "Directory below the home that is opened first. Default: the template's defaultWorkspace.",
      }),
    ),
    storage: Type.Optional(storage),
    userConfig: Type.Optional(
      Type.String({ description: 'Git repository with the user’s configuration. It has no effect yet.' }),
    ),
    privileged: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Run the app privileged. The template must allow it (allowPrivileged).',
      }),
    ),
    initPlugins: Type.Optional(
      Type.Array(INIT_PLUGIN, { description: "Containers that run before the app, in order, after the template's." }),
    ),
  },
  {
    description: 'The environment that is asked for.',
    ...withRules({
      rule: '!has(self.user) || !has(self.username) || self.user == self.username',
      message: 'user and username are one field under two names and differ here: keep username and remove user',
      fieldPath: '.user',
      holds: (self: { user?: string; username?: string }) =>
        self.user === undefined || self.username === undefined || self.user === self.username,
    }),
  },
);

const status = Type.Object(
  {
    phase: Type.Optional(
      Type.String({
        description: 'Pending, Creating, Active, Inactive, Failed or Recycling; older objects may show others.',
      }),
    ),
    kodeUrl: Type.Optional(Type.String({ description: 'Where a browser opens the environment.' })),
    observedGeneration: Type.Optional(
      Type.Integer({ format: 'int64', description: 'Generation of the spec that the status speaks of.' }),
    ),
    lastError: Type.Optional(Type.String({ description: 'What keeps the environment from running, and what to do.' })),
    lastErrorTime: Type.Optional(
      Type.String({ format: 'date-time', description: 'Of earlier releases; the condition Ready says since when.' }),
    ),
    stages: Type.Optional(startStages()),
    conditions: conditionList('Findings about the environment.'),
  },
  { description: 'The environment as it is.' },
);

export type KodeSpec = Typed<typeof spec>;

/** A Kode as the API holds it. */
export interface KodeObject extends KubeObject {
  readonly spec: KodeSpec;
}

export const kodeSchema: KindSchema = {
  type: KODE,
  description: "One person's environment, made from a KodeTemplate or KodeClusterTemplate.",
  shortNames: ['kd'],
  categories: ['kode'],
  spec,
  status,
  columns: [
    { name: 'Status', type: 'string', jsonPath: '.status.phase', description: 'What the environment does.' },
    {
      name: 'Template',
      type: 'string',
      jsonPath: '.spec.templateRef.name',
      description: 'The template it is made from.',
    },
    { name: 'URL', type: 'string', jsonPath: '.status.kodeUrl', description: 'Where a browser opens it.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    {
      name: 'Error',
      type: 'string',
      jsonPath: '.status.lastError',
      description: 'What keeps it from running.',
      priority: 1,
    },
  ],
  rules: [
    {
      cel: "self.metadata.name.size() <= 52 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        'a Kode gives its name to a StatefulSet and a Service: use at most 52 lower-case letters, digits and dashes, beginning with a letter',
      path: 'metadata.name',
      holds: ({ metadata: { name } }) => name.length <= 52 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name),
    },
  ],
};
