import * as fc from 'fast-check';
import { POD, SECRET, STATEFUL_SET } from '../../../constructs/parts/resource-types';
import { controllerRules, editorRules, leaseRules, type PolicyRule, viewerRules } from '../../../constructs/platform';
import { VERBS } from '../../../constructs/platform/policy-rule';
import type { ResourceType } from '../../../src/api/resource-type';
import type { Kind, Planner } from '../../../src/plan/kind';

const TEMPLATE = ownType('ClusterTemplate', 'clustertemplates', false);

describe('rights of the controller', () => {
  it('watch a kind that has a planner and patch its status alone', () => {
    const rules = controllerRules([kind({ planner: {} })]);
    expect(verbsOn(rules, 'adrasteia.dev', 'widgets')).toEqual(['list', 'watch']);
    expect(verbsOn(rules, 'adrasteia.dev', 'widgets/status')).toEqual(['patch']);
  });

  it('patch the object itself where its status is no subresource', () => {
    const rules = controllerRules([kind({ statusSubresource: false, planner: {} })]);
    expect(verbsOn(rules, 'adrasteia.dev', 'widgets')).toEqual(['list', 'watch', 'patch']);
    expect(verbsOn(rules, 'adrasteia.dev', 'widgets/status')).toEqual([]);
  });

  it('patch the object of a kind that is finalized', () => {
    const rules = controllerRules([kind({ planner: { finalizes: true } })]);
    expect(verbsOn(rules, 'adrasteia.dev', 'widgets')).toEqual(['list', 'watch', 'patch']);
  });

  it('hold nothing on a kind that nobody plans or reads', () => {
    expect(verbsOn(controllerRules([kind({})]), 'adrasteia.dev', 'widgets')).toEqual([]);
  });

  it('only keep caches of what a planner reads or observes, and ask for none of it by name', () => {
    const rules = controllerRules([kind({ planner: { reads: [TEMPLATE], observes: [POD] } })]);
    expect(verbsOn(rules, 'adrasteia.dev', 'clustertemplates')).toEqual(['list', 'watch']);
    expect(verbsOn(rules, '', 'pods')).toEqual(['list', 'watch']);
  });

  it('get Secrets that are read, and neither list nor watch them', () => {
    expect(verbsOn(controllerRules([kind({ planner: { reads: [SECRET] } })]), '', 'secrets')).toEqual(['get']);
  });

  it('list and watch Secrets where a planner applies them', () => {
    const rules = controllerRules([kind({ planner: { reads: [SECRET], applies: [SECRET] } })]);
    expect(verbsOn(rules, '', 'secrets')).toEqual(['get', 'list', 'watch', 'create', 'patch', 'delete']);
  });

  it('create, patch and delete what a planner applies, but never update it', () => {
    const rules = controllerRules([kind({ planner: { applies: [STATEFUL_SET] } })]);
    expect(verbsOn(rules, 'apps', 'statefulsets')).toEqual(['get', 'list', 'watch', 'create', 'patch', 'delete']);
  });

  it('create Events and nothing more of them', () => {
    expect(verbsOn(controllerRules([]), 'events.k8s.io', 'events')).toEqual(['create']);
  });

  it('write inventories and delete none', () => {
    expect(verbsOn(controllerRules([]), 'adrasteia.dev', 'inventories')).toEqual(['list', 'watch', 'create', 'patch']);
  });

  it('share a rule between resources with the same verbs', () => {
    const claims: ResourceType = {
      group: '',
      version: 'v1',
      kind: 'PersistentVolumeClaim',
      plural: 'persistentvolumeclaims',
      namespaced: true,
    };
    const rules = controllerRules([kind({ planner: { applies: [SECRET, claims] } })]);
    expect(rules.filter(({ apiGroups }) => apiGroups[0] === '').map(({ resources }) => resources)).toEqual([
      ['persistentvolumeclaims', 'secrets'],
    ]);
  });

  it('hold one Lease by name, and may create Leases since a name is not known before', () => {
    expect(leaseRules('leader')).toEqual([
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: ['leader'],
        verbs: ['get', 'update'],
      },
    ]);
  });
});

describe('rights of users', () => {
  const inventory = kind({ type: ownType('Inventory', 'inventories', true) });
  const template = kind({ type: TEMPLATE });

  it('let an editor of a namespace write namespaced kinds only', () => {
    const rules = editorRules([kind({}), template]);
    expect(verbsOn(rules, 'adrasteia.dev', 'widgets')).toEqual([...VERBS]);
    expect(verbsOn(rules, 'adrasteia.dev', 'clustertemplates')).toEqual([]);
  });

  it('let a viewer see every kind and change none', () => {
    for (const { verbs } of viewerRules([kind({}), template])) expect(verbs).toEqual(['get', 'list', 'watch']);
    expect(verbsOn(viewerRules([template]), 'adrasteia.dev', 'clustertemplates')).not.toEqual([]);
  });

  it('leave out inventories, by which the controller decides what it may delete', () => {
    expect(editorRules([inventory])).toEqual([]);
    expect(viewerRules([inventory])).toEqual([]);
  });
});

describe('rules', () => {
  const types = fc.constantFrom(SECRET, POD, STATEFUL_SET, TEMPLATE, ownType('Other', 'others', true));
  const someKind = fc
    .record({
      type: types,
      statusSubresource: fc.boolean(),
      reads: fc.array(types),
      applies: fc.array(types),
      observes: fc.array(types),
      finalizes: fc.boolean(),
      planned: fc.boolean(),
    })
    .map(({ type, statusSubresource, planned, ...planner }) =>
      kind({ type, statusSubresource, ...(planned ? { planner } : {}) }),
    );
  const kinds = fc.array(someKind, { maxLength: 6 });

  it('are the same in whatever order kinds are listed', () => {
    fc.assert(
      fc.property(kinds, (listed) => {
        const reversed = [...listed].reverse();
        for (const rulesOf of [controllerRules, editorRules, viewerRules])
          expect(rulesOf(reversed)).toEqual(rulesOf(listed));
      }),
    );
  });

  it('name each resource once and hold no wildcard', () => {
    fc.assert(
      fc.property(kinds, (listed) => {
        for (const rulesOf of [controllerRules, editorRules, viewerRules]) {
          const rules = rulesOf(listed);
          const resources = rules.flatMap(({ apiGroups, resources: named }) =>
            named.map((resource) => `${apiGroups.join()}/${resource}`),
          );
          expect(new Set(resources).size).toBe(resources.length);
          expect(
            rules.flatMap(({ apiGroups, resources: named, verbs }) => [...apiGroups, ...named, ...verbs]),
          ).not.toContain('*');
          for (const { verbs } of rules) expect(VERBS).toEqual(expect.arrayContaining([...verbs]));
        }
      }),
    );
  });
});

function ownType(name: string, plural: string, namespaced: boolean): ResourceType {
  return { group: 'adrasteia.dev', version: 'v1alpha1', kind: name, plural, namespaced };
}

function kind(given: { type?: ResourceType; statusSubresource?: boolean; planner?: Partial<Planner> }): Kind {
  const type = given.type ?? ownType('Widget', 'widgets', true);
  return {
    type,
    statusSubresource: given.statusSubresource ?? true,
    crd: () => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${type.plural}.${type.group}` },
    }),
    validate: () => [],
    ...(given.planner === undefined
      ? {}
      : {
          planner: {
            reads: [],
            applies: [],
            observes: [],
            plan: () => ({
              outcome: 'hold',
              reason: 'Invalid',
              status: () => ({ fields: {}, conditions: [], settled: true }),
            }),
            ...given.planner,
          },
        }),
  };
}

/** Verbs granted on one resource; a resource that stands in two rules would show twice. */
function verbsOn(rules: readonly PolicyRule[], group: string, resource: string): readonly string[] {
  return rules
    .filter(({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource))
    .flatMap(({ verbs }) => verbs);
}
