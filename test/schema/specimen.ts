/** A kind that has one of everything a schema can say, and objects that break it one way each. */
import { Type } from '@sinclair/typebox';
import type { Manifest } from '../../src/api/object';
import {
  CONTAINER_PORT,
  conditions,
  ENV_VAR,
  intOrString,
  PROBE,
  quantity,
  RESOURCE_REQUIREMENTS,
  TOLERATION,
} from '../../src/schema/core';
import { EXPLAIN, listMap, stringEnum, withRules } from '../../src/schema/keywords';
import type { KindSchema } from '../../src/schema/kind-schema';

interface Range {
  readonly low: number;
  readonly high?: number;
}

export const SPECIMEN: KindSchema = {
  type: {
    group: 'specimen.adrasteia.dev',
    version: 'v1alpha1',
    kind: 'Specimen',
    plural: 'specimens',
    namespaced: true,
  },
  description: 'One of everything a schema can say.',
  shortNames: ['spcm'],
  categories: ['specimens'],
  spec: Type.Object(
    {
      size: stringEnum(['small', 'large'], { default: 'small', description: 'How large it is.' }),
      mode: Type.Optional(Type.Union([Type.Literal('Fast'), Type.Literal('Slow')])),
      version: Type.Optional(Type.Literal('one')),
      host: Type.Optional(
        Type.String({ maxLength: 63, pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$', [EXPLAIN]: 'a lower-case DNS label' }),
      ),
      replicas: Type.Optional(Type.Integer({ minimum: 0, maximum: 5, default: 1 })),
      ratio: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
      enabled: Type.Optional(Type.Boolean()),
      port: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
      target: Type.Optional(intOrString()),
      ports: Type.Optional(listMap(CONTAINER_PORT, ['containerPort'])),
      storage: Type.Optional(quantity()),
      labels: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 8 }))),
      scalars: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
      byName: Type.Optional(
        Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.Integer(), {
          maxProperties: 8,
          [EXPLAIN]: 'lower-case letters',
        }),
      ),
      tags: Type.Optional(Type.Array(Type.String(), { uniqueItems: true, maxItems: 3 })),
      env: Type.Optional(listMap(ENV_VAR, ['name'])),
      resources: Type.Optional(RESOURCE_REQUIREMENTS),
      tolerations: Type.Optional(Type.Array(TOLERATION)),
      probe: Type.Optional(PROBE),
      free: Type.Optional(Type.Unknown({ description: 'Anything.' })),
      note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      since: Type.Optional(Type.String({ format: 'date-time' })),
      nested: Type.Optional(
        Type.Object({ depth: Type.Integer({ default: 3 }), name: Type.Optional(Type.String()) }, { default: {} }),
      ),
      range: Type.Optional(
        Type.Object(
          { low: Type.Integer(), high: Type.Optional(Type.Integer()) },
          withRules({
            rule: '!has(self.high) || self.low <= self.high',
            message: 'must not end before it starts',
            fieldPath: '.high',
            holds: ({ low, high }: Range) => high === undefined || low <= high,
          }),
        ),
      ),
      owner: Type.Object({ name: Type.String({ minLength: 1, maxLength: 63 }) }),
    },
    { description: 'What it is to be.' },
  ),
  status: Type.Object({ phase: Type.Optional(Type.String()), conditions: Type.Optional(conditions()) }),
  columns: [
    { name: 'Size', type: 'string', jsonPath: '.spec.size' },
    { name: 'Owner', type: 'string', jsonPath: '.spec.owner.name', priority: 1, description: 'Who owns it.' },
  ],
  rules: [
    {
      cel: 'self.metadata.name.size() <= 20',
      message: 'must have at most 20 characters',
      path: 'metadata.name',
      holds: ({ metadata }) => metadata.name.length <= 20,
    },
    {
      cel: 'self.spec.owner == oldSelf.spec.owner',
      message: 'is fixed once the object is made',
      path: 'spec.owner',
      holds: (object, previous) =>
        previous === undefined || JSON.stringify(specOf(object)['owner']) === JSON.stringify(specOf(previous)['owner']),
    },
  ],
};

function specOf(object: Manifest): Readonly<Record<string, unknown>> {
  return object['spec'] as Readonly<Record<string, unknown>>;
}

/** A good object with some members of its spec replaced. */
export function specimen(
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): Manifest {
  return {
    apiVersion: 'specimen.adrasteia.dev/v1alpha1',
    kind: 'Specimen',
    metadata: { name: 'one', namespace: 'default', ...metadata },
    spec: { owner: { name: 'ada' }, ...spec },
  };
}

/** An object that the API server and the validator must judge alike. */
export interface Case {
  readonly because: string;
  readonly object: Manifest;
  /** The problem's path and message; absent: the object is right. */
  readonly problem?: { readonly path: string; readonly message: RegExp };
}

const bad = (because: string, spec: Readonly<Record<string, unknown>>, path: string, message: RegExp): Case => ({
  because,
  object: specimen(spec),
  problem: { path, message },
});
const good = (because: string, spec: Readonly<Record<string, unknown>>): Case => ({ because, object: specimen(spec) });

export const CASES: readonly Case[] = [
  good('defaults fill what is missing', {}),
  good('a port may be a number', { port: 80 }),
  good('a port may be a name', { port: 'http' }),
  good('a quantity may be a number', { storage: 5 }),
  good('a target may be a number or a name', { target: 80, ports: [{ containerPort: 80, name: 'http' }] }),
  bad(
    'a port beyond the last',
    { ports: [{ containerPort: 65536 }] },
    'spec.ports[0].containerPort',
    /^must be at most 65535, not 65536$/,
  ),
  good('free values are taken as they are', { free: { any: ['thing', null] } }),
  good('a nullable field may be null', { note: null }),
  good('a null without a default counts as missing', { host: null }),
  good('a null with a default gets the default', { replicas: null, size: null }),
  good('items with different keys stand beside each other', {
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
  }),
  good('a range that ends where it starts is one', { range: { low: 1, high: 1 } }),
  good('a map key may be called like a member of every object', { labels: { constructor: 'x', toString: 'y' } }),
  good('a null in a map counts as missing', { labels: { a: null } }),
  bad('a typing mistake in a field', { storag: '5Gi' }, 'spec.storag', /^unknown field; did you mean "storage"\?$/),
  bad(
    'an unknown field below a list',
    { env: [{ name: 'A', valeu: 'x' }] },
    'spec.env[0].valeu',
    /did you mean "value"/,
  ),
  bad(
    'an unknown field that is called like a member of every object',
    { constructor: 'x' },
    'spec.constructor',
    /^unknown field$/,
  ),
  bad(
    'a word outside the list',
    { size: 'Large' },
    'spec.size',
    /^must be one of "small", "large", not "Large"; did you mean "large"\?$/,
  ),
  bad('a word outside a union of literals', { mode: 'fast' }, 'spec.mode', /one of "Fast", "Slow"/),
  bad('another value than the only one', { version: 'two' }, 'spec.version', /^must be "one", not "two"$/),
  bad('a pattern that is not met', { host: 'My Host' }, 'spec.host', /^must be a lower-case DNS label, not "My Host"$/),
  bad('a text that is too long', { host: 'a'.repeat(64) }, 'spec.host', /^must have at most 63 characters, not 64$/),
  bad('a number that is too large', { replicas: 6 }, 'spec.replicas', /^must be at most 5, not 6$/),
  bad('a number that is too small', { replicas: -1 }, 'spec.replicas', /^must be at least 0, not -1$/),
  bad('a limit that is not part of the range', { ratio: 1 }, 'spec.ratio', /^must be less than 1, not 1$/),
  bad('a string for a number', { replicas: '2' }, 'spec.replicas', /^must be an integer, not the string "2"$/),
  bad('a fraction for an integer', { replicas: 1.5 }, 'spec.replicas', /^must be an integer, not a fraction$/),
  bad('a number for a string', { host: 5 }, 'spec.host', /^must be a string, not the number 5$/),
  bad('a string for a boolean', { enabled: 'true' }, 'spec.enabled', /^must be a boolean, not the string "true"$/),
  bad(
    'a boolean for an integer or string',
    { port: true },
    'spec.port',
    /^must be an integer or a string, not the boolean true$/,
  ),
  bad(
    'a fraction for a quantity',
    { storage: 0.5 },
    'spec.storage',
    /^must be an integer or a string, not a fraction$/,
  ),
  bad(
    'a text that is no quantity',
    { storage: '5 GB' },
    'spec.storage',
    /^must be a quantity such as 500m, 2 or 20Gi, not "5 GB"$/,
  ),
  bad('an object for a list', { env: { A: '1' } }, 'spec.env', /^must be a list, not an object$/),
  bad('a list for an object', { nested: [] }, 'spec.nested', /^must be an object, not a list$/),
  bad('a null item', { tags: [null] }, 'spec.tags[0]', /^must be a string, not null$/),
  bad(
    'a map value that is too long',
    { labels: { 'a.b/c': 'too long a value' } },
    'spec.labels[a.b/c]',
    /at most 8 characters/,
  ),
  bad('a map key that does not match', { byName: { A1: 1 } }, 'spec.byName.A1', /must be lower-case letters/),
  bad('a set that repeats an item', { tags: ['a', 'b', 'a'] }, 'spec.tags[2]', /^repeats item 0$/),
  bad('a list that is too long', { tags: ['a', 'b', 'c', 'd'] }, 'spec.tags', /^must have at most 3 items, not 4$/),
  bad('two items with one key', { env: [{ name: 'A' }, { name: 'A' }] }, 'spec.env[1]', /^repeats item 0$/),
  bad('a missing member of an item', { env: [{ value: 'x' }] }, 'spec.env[0].name', /^is required$/),
  bad('an owner that is taken out', { owner: null }, 'spec.owner', /^is required$/),
  bad('a time that is none', { since: 'yesterday' }, 'spec.since', /^must be a valid date-time, not "yesterday"$/),
  bad(
    'a rule of a node that does not hold',
    { range: { low: 2, high: 1 } },
    'spec.range.high',
    /^must not end before it starts$/,
  ),
  {
    because: 'a rule of the object that does not hold',
    object: specimen({}, { name: 'a'.repeat(21) }),
    problem: { path: 'metadata.name', message: /at most 20/ },
  },
  {
    because: 'a name that is none',
    object: specimen({}, { name: 'Not_A_Name' }),
    problem: { path: 'metadata.name', message: /^must be lower-case/ },
  },
  {
    because: 'a label that is none',
    object: specimen({}, { labels: { 'not a key': 'x' } }),
    problem: { path: 'metadata.labels[not a key]', message: /label key/ },
  },
  {
    because: 'a label value that is none',
    object: specimen({}, { labels: { key: 'no value' } }),
    problem: { path: 'metadata.labels.key', message: /letters, digits/ },
  },
  {
    because: 'a typing mistake in metadata',
    object: specimen({}, { lables: {} }),
    problem: { path: 'metadata.lables', message: /did you mean "labels"/ },
  },
];
