/**
 * EntryPoint: how environments are reached from outside the cluster.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import type { KubeObject } from '../../src/api/object';
import { API_GROUP, API_VERSION } from '../../src/api/well-known';
import { EXPLAIN, stringEnum, type Typed, withRules } from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';

/** The specification of an EntryPoint. */
export const ENTRY_POINT_SPEC = Type.Object(
  {
    routing: stringEnum(['Host', 'Path'], {
      default: 'Host',
      description:
        'Host: each environment has a host name of its own. Path: all share the base domain, each below /NAMESPACE/NAME, and a browser lets the page of one read the others’.',
    }),
    hostNames: stringEnum(['Nested', 'Flat'], {
      default: 'Nested',
      description:
        'For routing Host. Nested: NAME.NAMESPACE.BASEDOMAIN. Flat: NAME--NAMESPACE.BASEDOMAIN, for which one wildcard certificate is enough; where that would be ambiguous or too long, a shorter name with a digest.',
    }),
    baseDomain: Type.String({
      minLength: 1,
      maxLength: 190,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      [EXPLAIN]: 'a domain name in lower case',
      description: 'Domain that leads to the ingress controller.',
    }),
    ingress: optional(
      Type.Object(
        {
          className: optional(
            Type.String({
              minLength: 1,
              maxLength: 253,
              description: 'IngressClass. Default: the cluster’s default class.',
            }),
          ),
          annotations: optional(
            Type.Record(Type.String(), Type.String(), {
              description: 'Annotations for the ingress controller, on every Ingress.',
            }),
          ),
        },
        { description: 'What the Ingress of each environment says.' },
      ),
    ),
    gateway: optional(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 253, description: 'Name of the Gateway.' }),
          namespace: optional(
            Type.String({
              minLength: 1,
              maxLength: 63,
              description:
                'Its namespace. Default: the environment’s. Another one’s listeners must allow routes from the environment’s namespace.',
            }),
          ),
          sectionName: optional(
            Type.String({ minLength: 1, maxLength: 253, description: 'Name of the listener. Default: all that fit.' }),
          ),
        },
        { description: 'The Gateway (gateway.networking.k8s.io) that routes to environments, instead of an Ingress.' },
      ),
    ),
    tls: optional(
      Type.Object(
        {
          secretName: optional(
            Type.String({
              minLength: 1,
              maxLength: 253,
              description:
                'TLS Secret of the environment’s namespace. Default: the ingress controller’s own certificate.',
            }),
          ),
        },
        { description: 'Environments are reached by https. Absent: by http.' },
      ),
    ),
  },
  {
    description: 'How environments are routed to.',
    ...withRules({
      rule: '!has(self.gateway) || !has(self.ingress)',
      message: 'may not stand beside ingress: environments are reached by one of the two',
      fieldPath: '.gateway',
      holds: ({ gateway, ingress }: { readonly gateway?: unknown; readonly ingress?: unknown }) =>
        gateway === undefined || ingress === undefined,
    }),
  },
);

/** EntryPoint: how environments are reached from outside the cluster. */
export const ENTRY_POINT: KindSchema = {
  type: { group: API_GROUP, version: API_VERSION, kind: 'EntryPoint', plural: 'entrypoints', namespaced: true },
  description:
    'An EntryPoint says how environments are reached from outside the cluster: domain, routing, ingress and TLS.',
  shortNames: ['aentry'],
  categories: ['adrasteia'],
  spec: ENTRY_POINT_SPEC,
  columns: [
    { name: 'Routing', type: 'string', jsonPath: '.spec.routing' },
    { name: 'Domain', type: 'string', jsonPath: '.spec.baseDomain' },
    { name: 'Class', type: 'string', jsonPath: '.spec.ingress.className' },
    { name: 'Gateway', type: 'string', jsonPath: '.spec.gateway.name', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

export type EntryPointSpec = Typed<typeof ENTRY_POINT_SPEC>;

/** An EntryPoint as the API holds it. */
export interface EntryPointObject extends KubeObject {
  readonly spec: EntryPointSpec;
}
