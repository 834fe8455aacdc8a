/**
 * KodeTemplate and KodeClusterTemplate: what an environment is made from. Both have one spec, the union of the releases that
 * served v1alpha1.
 *
 * Unlike theirs it fills in no timers. Earlier releases filled in 600 and 28800 seconds and acted on neither.
 */
import { Type } from '@sinclair/typebox';
import type { KubeObject } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { ENV_FROM_SOURCE, ENV_VAR } from '../../schema/core';
import { EXPLAIN, stringEnum, type Typed, withRules } from '../../schema/keywords';
import type { KindSchema } from '../../schema/kind-schema';
import { conditionList } from './condition-list';
import { INIT_PLUGIN } from './init-plugin';
import { KODE_CLUSTER_TEMPLATE, KODE_TEMPLATE } from './resource-types';

const API_WORDS = ['ingress-api', 'gateway-api'] as const;
const ROUTING_WORDS = ['domain', 'path'] as const;

const envoyRef = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        kind: Type.Optional(
          stringEnum(['EnvoyProxyConfig', 'EnvoyProxyClusterConfig'], {
            description:
              'Kind of the configuration. Default: EnvoyProxyConfig where a namespace is given, else the one that exists, EnvoyProxyConfig first.',
          }),
        ),
        name: Type.String({ minLength: 1, description: 'Name of the configuration.' }),
        namespace: Type.Optional(
          Type.String({
            description:
              "Namespace of an EnvoyProxyConfig. Default: the template's, and for a cluster template the Kode's.",
          }),
        ),
      },
      { description },
    ),
  );

const spec = Type.Object(
  {
    type: stringEnum(['code-server', 'webtop'], {
      description: 'What the image holds: it decides how the app is told its port, user and workspace.',
    }),
    image: Type.String({ minLength: 1, description: 'Container image of the app.' }),
    port: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: 65535,
        default: 8000,
        description: 'Port of the Service. It may not be 3000 where a proxy is asked for: the app listens there then.',
      }),
    ),
    command: Type.Optional(Type.Array(Type.String(), { description: "Replaces the image's entry point." })),
    args: Type.Optional(Type.Array(Type.String(), { description: "Replaces the image's arguments." })),
    envs: Type.Optional(
      Type.Array(ENV_VAR, { description: 'Environment variables of the app; they win over those set by the type.' }),
    ),
    envFrom: Type.Optional(
      Type.Array(ENV_FROM_SOURCE, {
        description: 'ConfigMaps and Secrets whose keys become environment variables of the app.',
      }),
    ),
    tz: Type.Optional(Type.String({ default: 'UTC', description: 'Time zone of the app.' })),
    puid: Type.Optional(
      Type.Integer({ format: 'int64', default: 1000, description: 'User that the app runs as once it has started.' }),
    ),
    pgid: Type.Optional(
      Type.Integer({ format: 'int64', default: 1000, description: 'Group that the app runs as once it has started.' }),
    ),
    defaultHome: Type.Optional(
      Type.String({
        minLength: 3,
        pattern: '^/',
        [EXPLAIN]: 'an absolute path',
        default: '/config',
        description: 'Where the home volume is mounted, unless the Kode says otherwise.',
      }),
    ),
    defaultWorkspace: Type.Optional(
      Type.String({
        minLength: 3,
        pattern: '^[^/].*$',
        default: 'workspace',
        description: 'Directory below the home that is opened first, unless the Kode says otherwise.',
      }),
    ),
    allowPrivileged: Type.Optional(
      Type.Boolean({ default: false, description: 'True: a Kode may ask to run privileged.' }),
    ),
    initPlugins: Type.Optional(
      Type.Array(INIT_PLUGIN, { description: "Containers that run before the app, in order, before the Kode's." }),
    ),
    envoyProxyRef: envoyRef(
      'The sign-in that stands before the environment. While it can’t be put there the environment is closed.',
    ),
    envoyConfigRef: envoyRef('The same as envoyProxyRef, in the spelling of a later release.'),
    entryPointSpec: Type.Optional(
      Type.Object(
        {
          api: Type.Optional(
            stringEnum(API_WORDS, {
              description: 'ingress-api: each Kode has an Ingress. gateway-api: each has an HTTPRoute to a Gateway.',
            }),
          ),
          routingType: Type.Optional(
            stringEnum(ROUTING_WORDS, {
              description:
                'domain: each Kode has a host of its own, KODE--NAMESPACE.DOMAIN. path: all share the host, each below PATH/NAMESPACE/KODE, and a browser lets the page of one read the others’.',
            }),
          ),
          url: Type.Optional(
            Type.String({
              description:
                'Domain, or domain and path, below which environments are reached: kode.example.org, https://kode.example.org/dev. With https browsers come by TLS.',
            }),
          ),
          gatewaySpec: Type.Optional(
            Type.Object(
              {
                gatewayClassName: Type.Optional(
                  Type.String({ description: 'Class of the Gateway. It names no Gateway, and has no effect.' }),
                ),
              },
              { description: 'The Gateway, for gateway-api.' },
            ),
          ),
        },
        {
          description:
            'How environments are reached from outside. Absent: as the one EntryPoint of the Kode’s namespace says, and not at all where there is none.',
        },
      ),
    ),
    inactiveAfterSeconds: Type.Optional(
      Type.Integer({
        format: 'int64',
        description: 'Idle time after which the environment is stopped. Absent or 0: never. It has no effect yet.',
      }),
    ),
    recycleAfterSeconds: Type.Optional(
      Type.Integer({
        format: 'int64',
        description: 'Idle time after which the environment is removed. Absent or 0: never. It has no effect yet.',
      }),
    ),
  },
  {
    description: 'What environments are made from.',
    ...withRules({
      rule: '!has(self.envoyProxyRef) || !has(self.envoyConfigRef)',
      message:
        'envoyProxyRef and envoyConfigRef are one field under two names: keep envoyProxyRef and remove envoyConfigRef',
      fieldPath: '.envoyConfigRef',
      holds: (self: { envoyProxyRef?: object; envoyConfigRef?: object }) =>
        self.envoyProxyRef === undefined || self.envoyConfigRef === undefined,
    }),
  },
);

const status = Type.Object(
  { conditions: conditionList('Written by no release so far.') },
  { description: 'Nothing is reported on templates.' },
);

export type KodeTemplateSpec = Typed<typeof spec>;

/** A KodeTemplate or KodeClusterTemplate as the API holds it. */
export interface KodeTemplateObject extends KubeObject {
  readonly spec: KodeTemplateSpec;
}

function templateSchema(type: ResourceType, shortName: string, description: string): KindSchema {
  return {
    type,
    description,
    shortNames: [shortName],
    categories: ['kode'],
    spec,
    status,
    columns: [
      { name: 'Type', type: 'string', jsonPath: '.spec.type', description: 'What the image holds.' },
      { name: 'Image', type: 'string', jsonPath: '.spec.image' },
      {
        name: 'Proxy',
        type: 'string',
        jsonPath: '.spec.envoyProxyRef.name',
        description: 'The sign-in that is asked for.',
        priority: 1,
      },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  };
}

export const kodeTemplateSchema = templateSchema(
  KODE_TEMPLATE,
  'kdt',
  'What environments of one namespace are made from.',
);
export const kodeClusterTemplateSchema = templateSchema(
  KODE_CLUSTER_TEMPLATE,
  'kdct',
  'What environments of all namespaces are made from.',
);
