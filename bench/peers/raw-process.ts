/**
 * The limit that the API server sets: the writes of a controller and nothing else. It watches nothing, decides nothing, and is
 * told on standard input what to make, one line of JSON each: the owner, and with `only` the one kind that is to be written.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { connectCluster } from '../../src/adapters/kubernetes/client';
import type { KubeObject, Manifest } from '../../src/api/object';
import { kindKey, kindKeyOf } from '../../src/api/resource-type';
import { ENVIRONMENT } from '../environments';
import { childTypes } from './golden';

/** Connections: more than keeps a two-core server busy, also when each answer takes 20 ms longer. */
const CONNECTIONS = 32;

export interface RawOrder {
  readonly owner: KubeObject;
  readonly only?: string;
}

const template = readFileSync(process.env['BENCH_CHILDREN'] ?? '', 'utf8');
const types = new Map(childTypes().map((type) => [kindKey(type), type]));
const cluster = connectCluster({ connections: CONNECTIONS });

async function carryOut({ owner, only }: RawOrder): Promise<void> {
  const { name, namespace = '', uid = '', generation } = owner.metadata;
  const text = template.replaceAll('{{name}}', name).replaceAll('{{namespace}}', namespace).replaceAll('{{uid}}', uid);
  const children = (JSON.parse(text) as readonly Manifest[]).filter(({ kind }) => only === undefined || kind === only);
  await Promise.all(
    children.map(async (child) => {
      const type = types.get(kindKeyOf(child));
      if (type !== undefined) await cluster.apply(type, withLimit(child, owner), { fieldManager: 'peer', force: true });
    }),
  );
  const condition = { type: 'Ready', status: 'False', reason: 'Starting', message: "The pod isn't ready" };
  const conditions = [{ ...condition, observedGeneration: generation, lastTransitionTime: '2026-01-01T00:00:00Z' }];
  const status = { phase: 'Starting', observedGeneration: generation, conditions };
  await cluster.patch(ENVIRONMENT, { namespace, name }, { status }, { type: 'merge', subresource: 'status' });
}

/** The child with the owner's own memory limit, where it has one. */
function withLimit(child: Manifest, owner: KubeObject): Manifest {
  const spec = owner.spec as { readonly overrides?: { readonly resources?: { readonly limits?: { memory: string } } } };
  const memory = spec.overrides?.resources?.limits?.memory;
  if (child.kind !== 'StatefulSet' || memory === undefined) return child;
  const set = child as Manifest & {
    spec: { template: { spec: { containers: { resources: { limits: { memory: string } } }[] } } };
  };
  for (const container of set.spec.template.spec.containers) container.resources.limits.memory = memory;
  return set;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  void carryOut(JSON.parse(line) as RawOrder);
});
