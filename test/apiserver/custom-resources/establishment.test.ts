/** Which names definitions get, as a Kubernetes v1.34.4 API server gave them; its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomResourceDefinition, DefinitionStatus } from '../../../src/apiserver/custom-resources/definition';
import { nextStatus } from '../../../src/apiserver/custom-resources/establishment';
import { NOW } from './context';

interface Recorded {
  readonly name: string;
  readonly spec: CustomResourceDefinition['spec'];
  readonly status: DefinitionStatus;
}

const recorded = JSON.parse(readFileSync(join(__dirname, 'naming-answers.json'), 'utf8')) as readonly Recorded[];

function definition(
  { name, spec }: Pick<Recorded, 'name' | 'spec'>,
  annotations?: Record<string, string>,
): CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
    spec,
    status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: ['v1'] },
  };
}

/** Takes steps until none is left; returns each status on the way. */
function settle(definitions: Map<string, CustomResourceDefinition>, name: string): DefinitionStatus[] {
  const steps: DefinitionStatus[] = [];
  for (;;) {
    const current = definitions.get(name);
    if (current === undefined) throw new Error(`no definition ${name}`);
    const status = nextStatus(current, { definitions: definitions.values(), now: NOW });
    if (status === undefined) return steps;
    steps.push(status);
    definitions.set(name, { ...current, status });
  }
}

function untimed(status: DefinitionStatus | undefined): DefinitionStatus | undefined {
  return status === undefined
    ? undefined
    : { ...status, conditions: (status.conditions ?? []).map(({ lastTransitionTime: _, ...condition }) => condition) };
}

function settled(): Map<string, CustomResourceDefinition> {
  const definitions = new Map<string, CustomResourceDefinition>();
  for (const one of recorded) {
    definitions.set(one.name, definition(one));
    settle(definitions, one.name);
  }
  return definitions;
}

describe('names are accepted in the order in which they are asked for', () => {
  it.each(recorded)('$name', ({ name, status }) => {
    expect(untimed(settled().get(name)?.status)).toEqual(status);
  });

  it('and are free again when their definition is gone', () => {
    const definitions = settled();
    definitions.delete('foos.crname.example.com');
    for (const name of definitions.keys()) settle(definitions, name);
    expect(definitions.get('bars.crname.example.com')?.status?.acceptedNames).toEqual({
      plural: 'bars',
      singular: 'foo',
      shortNames: ['fo', 'b', 'f'],
      kind: 'Foo',
      listKind: 'FooList',
    });
    expect(definitions.get('bazs.crname.example.com')?.status?.conditions?.[0]).toMatchObject({
      status: 'False',
      reason: 'ListKindConflict',
      message: '"FooList" is already in use',
    });
  });
});

describe('a definition is established', () => {
  const [first] = recorded;
  if (first === undefined) throw new Error('nothing is recorded');

  it('one step after its names are accepted', () => {
    const definitions = new Map([[first.name, definition(first)]]);
    const steps = settle(definitions, first.name);
    const established = steps.map(({ conditions }) => conditions?.find(({ type }) => type === 'Established'));
    expect(established.map((condition) => [condition?.status, condition?.reason])).toEqual([
      ['False', 'Installing'],
      ['True', 'InitialNamesAccepted'],
    ]);
  });

  it('and tells whether a group of the community was approved', () => {
    const spec = { ...first.spec, group: 'crname.k8s.io' };
    const name = 'foos.crname.k8s.io';
    const definitions = new Map([
      [name, definition({ name, spec }, { 'api-approved.kubernetes.io': 'unapproved, x' })],
    ]);
    settle(definitions, name);
    expect(untimed(definitions.get(name)?.status)?.conditions).toContainEqual({
      type: 'KubernetesAPIApprovalPolicyConformant',
      status: 'False',
      reason: 'UnapprovedAnnotation',
      message: 'not approved: "unapproved, x"',
    });
  });

  it('not while its webhook is trusted by no certificate', () => {
    const clientConfig = { caBundle: 'YWJj', service: { name: 'a', namespace: 'b' } };
    const spec = { ...first.spec, conversion: { strategy: 'Webhook', webhook: { clientConfig } } };
    const definitions = new Map([[first.name, definition({ ...first, spec })]]);
    settle(definitions, first.name);
    expect(untimed(definitions.get(first.name)?.status)?.conditions).toContainEqual({
      type: 'Established',
      status: 'False',
      reason: 'InvalidCABundle',
      message: 'The conversion webhook CABundle is invalid',
    });
  });
});
