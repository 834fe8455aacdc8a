/**
 * Tenancy: what holds for all tenants and workspaces of a cluster. Without a Tenancy called `default` its defaults hold.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../api/object';
import { API_GROUP, API_VERSION } from '../api/well-known';
import { conditions, NETWORK_POLICY_PEER, quantity } from '../schema/core';
import { EXPLAIN, listAtomic, stringEnum, type Typed, UNIT } from '../schema/keywords';
import type { KindSchema } from '../schema/kind-schema';
import { IDENTITY_PROVIDER } from './identity-schema';
import { QUOTA } from './quota';

/** Name of the one Tenancy that counts. */
export const TENANCY_NAME = 'default';

const labels = (description: string) =>
  optional(Type.Record(Type.String(), Type.String({ maxLength: 63 }), { maxProperties: 32, description }));

const amounts = (description: string) => Type.Record(Type.String(), quantity(), { maxProperties: 16, description });

/** The specification of a Tenancy. */
export const TENANCY_SPEC = Type.Object(
  {
    users: Type.Object(
      {
        prefix: Type.String({
          maxLength: 253,
          default: '',
          description:
            'What the API server puts before the names of the provider’s users (--oidc-username-prefix). With the tenant’s name it is the user that rights are bound to.',
        }),
        groupPrefix: Type.String({
          maxLength: 253,
          default: '',
          description:
            'What the API server puts before the names of the provider’s groups (--oidc-groups-prefix). With a group that a Workspace names it is the group that rights are bound to.',
        }),
      },
      { default: {}, description: 'How the API server knows people.' },
    ),
    identity: optional(IDENTITY_PROVIDER),
    namespaces: Type.Object(
      {
        labels: labels('Further labels of every tenant’s namespace, such as one that a Gateway’s listener selects.'),
        podSecurity: stringEnum(['Restricted', 'Baseline', 'Privileged'], {
          default: 'Baseline',
          description: 'Pod Security level that namespaces enforce.',
        }),
        keepFor: optional(
          Type.String({
            maxLength: 32,
            pattern: '^([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?$',
            minLength: 2,
            [EXPLAIN]: 'a duration such as 30d or 12h',
            description:
              'A namespace that holds no environment and no volume is removed when its tenant hasn’t logged in for so long; the next log-in brings it back. Absent: it stays.',
          }),
        ),
      },
      { default: {}, description: 'Namespaces of tenants.' },
    ),
    quota: Type.Object(
      {
        base: optional(QUOTA),
        cap: optional(QUOTA),
      },
      {
        default: {},
        description:
          'base: the quota of who is in no workspace; absent, nothing. cap: the most that workspaces add up to.',
      },
    ),
    limits: Type.Object(
      {
        defaultRequest: amounts('Requests of containers that say none; without them a quota would refuse such pods.'),
      },
      {
        default: { defaultRequest: { cpu: '50m', memory: '128Mi' } },
        description: 'What containers get that don’t say it.',
      },
    ),
    personalStorage: optional(
      Type.Object(
        {
          namespace: Type.String({
            minLength: 1,
            maxLength: 63,
            default: 'adrasteia-personal',
            description:
              'Namespace that holds the claims, and nothing else; nobody but administrators gets in. It is made where it isn’t there, and never removed.',
          }),
          size: quantity({ default: '1Gi', description: 'Size of each claim; it only grows.', [UNIT]: 'bytes' }),
          storageClassName: optional(
            Type.String({ minLength: 1, maxLength: 253, description: 'StorageClass. Default: the cluster’s.' }),
          ),
          driver: optional(
            Type.String({
              minLength: 1,
              maxLength: 63,
              description:
                'CSI driver by which pods mount shares without a claim, by the attributes server and share: nfs.csi.k8s.io. Absent: volumes of kind nfs, which Pod Security Restricted doesn’t permit.',
            }),
          ),
          accessModes: listAtomic(Type.String({ minLength: 1, maxLength: 63 }), {
            default: ['ReadWriteMany'],
            minItems: 1,
            maxItems: 4,
            description: 'Access modes of each claim.',
          }),
        },
        { description: 'A volume for each tenant that outlives the tenant. Absent: there is none.' },
      ),
    ),
    sharedVolumes: Type.Object(
      {
        driver: optional(
          Type.String({
            minLength: 1,
            maxLength: 63,
            description:
              'CSI driver by which environments of tenants mount shared volumes, by the attributes server and share: nfs.csi.k8s.io. Default: that of personalStorage; without either they are mounted in their own namespace alone.',
          }),
        ),
      },
      { default: {}, description: 'Volumes of workspaces.' },
    ),
    network: Type.Object(
      {
        ingressFrom: listAtomic(NETWORK_POLICY_PEER, {
          default: [],
          maxItems: 32,
          description: 'Who else reaches pods of tenants, such as the ingress controller’s namespace.',
        }),
        egress: stringEnum(['Internet', 'Everywhere'], {
          default: 'Internet',
          description: 'What pods of tenants reach beside their own namespace and DNS. Internet: no private address.',
        }),
      },
      { default: {}, description: 'Traffic of tenants.' },
    ),
    sandbox: Type.Object(
      {
        quota: QUOTA,
        podSecurity: stringEnum(['Restricted', 'Baseline'], {
          default: 'Restricted',
          description: 'Pod Security level that sandboxes enforce.',
        }),
      },
      {
        default: { quota: { cpu: '2', memory: '8Gi' } },
        description: 'Sandboxes: namespaces in which tenants may make what they like of Kubernetes’ own kinds.',
      },
    ),
    baseWorkspaces: listAtomic(Type.String({ minLength: 1, maxLength: 63 }), {
      default: [],
      maxItems: 16,
      description: 'Workspaces that every tenant is a member of.',
    }),
  },
  { description: 'What holds for all tenants and workspaces.' },
);

/** The status of a Tenancy. */
const TENANCY_STATUS = Type.Object(
  {
    observedGeneration: optional(
      Type.Integer({ description: 'Generation of the specification that this status speaks of.' }),
    ),
    conditions: optional(conditions()),
  },
  { description: 'What is seen of it.' },
);

/** Tenancy: an administrator's. */
export const TENANCY: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'Tenancy', plural: 'tenancies', namespaced: false },
  description: 'A Tenancy says what holds for all tenants and workspaces of a cluster.',
  categories: ['adrasteia'],
  spec: TENANCY_SPEC,
  status: TENANCY_STATUS,
  columns: [
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  rules: [
    {
      cel: 'self.metadata.name == "default"',
      message: 'must be "default": a cluster has one Tenancy',
      path: 'metadata.name',
      holds: ({ metadata }) => metadata.name === TENANCY_NAME,
    },
  ],
};

export type TenancySpec = Typed<typeof TENANCY_SPEC>;

/** A Tenancy as the API holds it. */
export interface TenancyObject extends KubeObject {
  readonly spec: TenancySpec;
}
