/**
 * EntryPoint: how environments are reached from outside. The union of the releases that served v1alpha1, in which one thing
 * has two names each: `apiType` and `api`, `type` and `routingType`.
 */
import { Type } from '@sinclair/typebox';
import type { KubeObject } from '../../api/object';
import { stringEnum, type Typed, withRules } from '../../schema/keywords';
import type { KindSchema } from '../../schema/kind-schema';
import { conditionList } from './condition-list';
import { KODE_ENTRY_POINT } from './resource-types';

const API_WORDS = ['ingress-api', 'gateway-api'] as const;
const ROUTING_WORDS = ['domain', 'path'] as const;

const spec = Type.Object(
  {
    api: Type.Optional(
      stringEnum(API_WORDS, {
        description: 'ingress-api: each Kode has an Ingress. gateway-api: each has an HTTPRoute to a Gateway.',
      }),
    ),
    apiType: Type.Optional(
      stringEnum(API_WORDS, { description: 'The same as api, in the spelling of earlier releases.' }),
    ),
    routingType: Type.Optional(
      stringEnum(ROUTING_WORDS, {
        description:
          'domain: each Kode has a host of its own, KODE--NAMESPACE.DOMAIN. path: all share the host, each below PATH/NAMESPACE/KODE, and a browser lets the page of one read the others’.',
      }),
    ),
    type: Type.Optional(
      stringEnum(ROUTING_WORDS, { description: 'The same as routingType, in the spelling of earlier releases.' }),
    ),
    url: Type.String({
      minLength: 1,
      description:
        'Domain, or domain and path, below which environments are reached: kode.example.org, https://kode.example.org/dev. With https browsers come by TLS.',
    }),
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
    description: 'How environments are routed to.',
    ...withRules(
      {
        rule: 'has(self.api) || has(self.apiType)',
        message: 'api is missing: give ingress-api or gateway-api',
        fieldPath: '.api',
        holds: (self: { api?: string; apiType?: string }) => self.api !== undefined || self.apiType !== undefined,
      },
      {
        rule: '!has(self.api) || !has(self.apiType) || self.api == self.apiType',
        message: 'api and apiType are one field under two names and differ here: keep api and remove apiType',
        fieldPath: '.apiType',
        holds: (self: { api?: string; apiType?: string }) =>
          self.api === undefined || self.apiType === undefined || self.api === self.apiType,
      },
      {
        rule: 'has(self.routingType) || has(self.type)',
        message: 'routingType is missing: give domain or path',
        fieldPath: '.routingType',
        holds: (self: { routingType?: string; type?: string }) =>
          self.routingType !== undefined || self.type !== undefined,
      },
      {
        rule: '!has(self.routingType) || !has(self.type) || self.routingType == self.type',
        message: 'routingType and type are one field under two names and differ here: keep routingType and remove type',
        fieldPath: '.type',
        holds: (self: { routingType?: string; type?: string }) =>
          self.routingType === undefined || self.type === undefined || self.routingType === self.type,
      },
    ),
  },
);

const status = Type.Object(
  {
    phase: Type.Optional(Type.String({ description: 'Of earlier releases.' })),
    lastError: Type.Optional(Type.String({ description: 'Of earlier releases.' })),
    lastErrorTime: Type.Optional(Type.String({ format: 'date-time', description: 'Of earlier releases.' })),
    conditions: conditionList('Of earlier releases.'),
  },
  { description: 'Nothing is reported on entry points: each Kode says in its own status how it is reached.' },
);

/** The specification of an EntryPoint. */
export type EntryPointSpec = Typed<typeof spec>;

/** An EntryPoint as the API holds it. */
export interface EntryPointObject extends KubeObject {
  readonly spec: EntryPointSpec;
}

export const entryPointSchema: KindSchema = {
  type: KODE_ENTRY_POINT,
  description:
    'How the Kodes of its namespace are reached from outside, where their template doesn’t say so itself (entryPointSpec). A namespace has one.',
  shortNames: ['kep'],
  categories: ['kode'],
  spec,
  status,
  columns: [
    { name: 'URL', type: 'string', jsonPath: '.spec.url' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};
