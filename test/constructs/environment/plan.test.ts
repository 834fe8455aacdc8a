import { environmentPlanner } from '../../../constructs/environment/plan';
import type { KubeObject, ObjectName } from '../../../src/api/object';
import { kindKey, type ResourceType } from '../../../src/api/resource-type';
import { FINALIZER, OWNER_UID_LABEL } from '../../../src/api/well-known';
import type { AccessModel, EnvironmentModel } from '../../../src/model/environment-model';
import type { FrontEnd, Translation } from '../../../src/model/front-end';
import { PlanInterruption } from '../../../src/plan/interruption';
import type { Lookup } from '../../../src/plan/lookup';
import type { Observed, Plan } from '../../../src/plan/plan';
import {
  containerModel,
  environmentModel,
  fullModel,
  gateAccess,
  layoutFor,
  workloadModel,
} from '../../support/models';

const TYPE: ResourceType = { group: 'example.org', version: 'v1', kind: 'Desk', plural: 'desks', namespaced: true };
const TEMPLATE: ResourceType = { ...TYPE, kind: 'DeskTemplate', plural: 'desktemplates' };
const DESK: KubeObject = {
  apiVersion: 'example.org/v1',
  kind: 'Desk',
  metadata: { name: 'thesis', namespace: 'team-a', uid: 'uid-1' },
};

/** A front end that shows what it is given. */
function frontEnd(translate: (lookup: Lookup) => Translation): FrontEnd {
  return {
    type: TYPE,
    reads: [TEMPLATE],
    translate: (_object, lookup) => translate(lookup),
    status: (_object, report, notes) => ({
      phase: report.phase,
      notes,
      ...(report.blockedBy === undefined ? {} : { blockedBy: { ...report.blockedBy } }),
    }),
  };
}

const described = (model: EnvironmentModel): FrontEnd =>
  frontEnd(() => ({ outcome: 'model', model, layout: layoutFor(model), notes: { template: 'jupyterlab' } }));

function lookupWith(classes: readonly string[], asked: string[] = []): Lookup {
  return {
    get(type: ResourceType, { name }: ObjectName) {
      asked.push(`${kindKey(type)}/${name}`);
      const object = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name } };
      return classes.includes(name) ? { found: true, object: object as never } : { found: false };
    },
    list: () => [],
    secret: () => ({ found: false }),
    observe: () => ({ state: 'Failed', message: 'nobody to ask' }),
    clock: { hasPassed: () => false },
  };
}

const NOTHING: Observed = {
  child: () => undefined,
  descendants: () => [],
  refusals: new Map(),
  ensured: new Map(),
  previous: {},
};

const planOf = (end: FrontEnd, object: KubeObject = DESK, lookup: Lookup = lookupWith([])): Plan<unknown> =>
  environmentPlanner(end).plan(object, lookup);

describe('the plan of an environment', () => {
  test('applies a tree made from model and layout alone', () => {
    const model = environmentModel();
    const plan = planOf(described(model));
    expect(plan).toMatchObject({
      outcome: 'apply',
      tree: { inputs: { model, layout: layoutFor(model) } },
      finalize: false,
    });
  });

  test('holds the object for a teardown where a claim goes with it', () => {
    expect(planOf(described(fullModel()))).toMatchObject({ outcome: 'apply', finalize: true });
  });

  test('shows the front end’s notes in status', () => {
    expect(planOf(described(environmentModel())).status(NOTHING).fields).toEqual({
      phase: 'Starting',
      notes: { template: 'jupyterlab' },
    });
  });

  test('lets a front end say conditions its own way', () => {
    const renaming: FrontEnd = {
      ...described(environmentModel()),
      conditions: () => [{ type: 'Available', status: 'False', reason: 'Waiting', message: 'Soon' }],
    };
    const { conditions, happened } = planOf(renaming).status(NOTHING);
    expect(conditions).toEqual([{ type: 'Available', status: 'False', reason: 'Waiting', message: 'Soon' }]);
    expect(happened).toBeUndefined();
  });

  test('holds where the environment can’t be described, and says why', () => {
    const plan = planOf(
      frontEnd(() => ({
        outcome: 'hold',
        reason: 'TemplateNotFound',
        message: 'DeskTemplate team-a/lab is not there',
      })),
    );
    expect(plan).toMatchObject({ outcome: 'hold', reason: 'TemplateNotFound' });
    const { fields, conditions } = plan.status(NOTHING);
    expect(fields).toEqual({
      phase: 'Pending',
      notes: {},
      blockedBy: { reason: 'TemplateNotFound', message: 'DeskTemplate team-a/lab is not there' },
    });
    expect(conditions.map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ['Ready', 'False', 'TemplateNotFound'],
      ['Admitted', 'False', 'TemplateNotFound'],
      ['Reachable', 'False', 'NotReady'],
    ]);
  });

  test('holds a pod that breaks its Pod Security level, with the path', () => {
    const app = containerModel({ securityContext: { privileged: true } });
    const plan = planOf(described(environmentModel({ workloads: [workloadModel({ app, webPort: undefined })] })));
    expect(plan).toMatchObject({ outcome: 'hold', reason: 'Invalid' });
    expect(plan.status(NOTHING).conditions[0]?.message).toBe(
      'workloads[main].pod.spec.containers[0].securityContext.privileged: must not be true (Pod Security Restricted)',
    );
  });

  test('holds whatever API asks for it with the rules of now, at the access that is there', () => {
    const authorize = [{ grants: [{ user: 'ada', level: 'Own' as const }] }];
    const access = {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'EnvironmentAccess',
      metadata: { name: 'thesis', namespace: 'team-a', labels: { 'adrasteia.dev/owner-uid': 'uid-1' } },
      spec: { listenPort: 15_080, authenticate: { method: 'None' }, authorize: [] },
    };
    const lookup: Lookup = {
      ...lookupWith([]),
      get: (type, { name }) =>
        type.kind === access.kind && name === 'thesis' ? { found: true, object: access as never } : { found: false },
    };
    const app = containerModel({ securityContext: { privileged: true } });
    const plan = planOf(
      described(environmentModel({ access: gateAccess({ authorize }), workloads: [workloadModel({ app })] })),
      DESK,
      lookup,
    );
    expect(plan).toMatchObject({
      outcome: 'hold',
      updates: [{ kind: access.kind, spec: { listenPort: 15_080, authorize } }],
    });
  });

  test('closes an environment whatever else is wrong with it', () => {
    const app = containerModel({ securityContext: { privileged: true } });
    const plan = planOf(
      described(
        environmentModel({
          access: { mode: 'Closed', reason: 'AccessLayerMissing', message: 'AccessPolicy sso asks' },
          workloads: [workloadModel({ app, webPort: undefined })],
        }),
      ),
    );
    expect(plan.outcome).toBe('apply');
  });

  test('asks for storage classes only to explain: the tree is the same without them', () => {
    const asked: string[] = [];
    const without = planOf(described(fullModel()), DESK, lookupWith([], asked));
    const withClass = planOf(described(fullModel()), DESK, lookupWith(['fast']));
    expect(asked).toEqual(['QuotaAllocation.adrasteia.dev/quota', 'StorageClass.storage.k8s.io/fast']);
    expect(JSON.stringify(without.outcome === 'apply' && without.tree)).toBe(
      JSON.stringify(withClass.outcome === 'apply' && withClass.tree),
    );
    expect(without.status(NOTHING).fields['blockedBy']).toMatchObject({ reason: 'StorageClassNotFound' });
    expect(withClass.status(NOTHING).fields['blockedBy']).toBeUndefined();
  });

  test('never asks for a class that nobody names', () => {
    const asked: string[] = [];
    planOf(described(environmentModel()), DESK, lookupWith([], asked));
    expect(asked).toEqual(['QuotaAllocation.adrasteia.dev/quota']);
  });

  test('declares what it reads and applies, the front end’s reads included', () => {
    const planner = environmentPlanner(described(environmentModel()));
    expect(planner.reads.map(kindKey)).toEqual([
      'DeskTemplate.example.org',
      'StorageClass.storage.k8s.io',
      'EnvironmentAccess.adrasteia.dev',
    ]);
    expect(planner.applies.map(kindKey)).toEqual([
      'ServiceAccount',
      'Secret',
      'PersistentVolumeClaim',
      'Role.rbac.authorization.k8s.io',
      'RoleBinding.rbac.authorization.k8s.io',
      'EnvironmentAccess.adrasteia.dev',
      'NetworkPolicy.networking.k8s.io',
      'StatefulSet.apps',
      'Service',
      'Ingress.networking.k8s.io',
      'HTTPRoute.gateway.networking.k8s.io',
    ]);
    expect(planner.observes.map(kindKey)).toEqual(['Pod']);
    expect(planner.mayLack?.map(kindKey)).toEqual([
      'StorageClass.storage.k8s.io',
      'PersistentVolumeClaim',
      'EnvironmentAccess.adrasteia.dev',
      'QuotaAllocation.adrasteia.dev',
      'Inventory.adrasteia.dev',
    ]);
    expect(planner.readsIfServed?.map(kindKey)).toEqual(['QuotaAllocation.adrasteia.dev', 'Inventory.adrasteia.dev']);
    expect(planner.finalizes).toBe(true);
  });

  test('applies ConfigMaps only where the front end’s models may hold files', () => {
    const frontEnd = described(environmentModel());
    const appliesOf = (one: typeof frontEnd) => environmentPlanner(one).applies.map(kindKey);
    expect(appliesOf(frontEnd)).not.toContain('ConfigMap');
    expect(appliesOf({ ...frontEnd, makesFiles: true })).toContain('ConfigMap');
  });
});

describe('an environment that is being deleted', () => {
  const deleting = (finalizers: readonly string[]): KubeObject => ({
    ...DESK,
    metadata: { ...DESK.metadata, deletionTimestamp: '2026-11-21T08:00:00Z', finalizers },
  });
  const unreadable = frontEnd(() => {
    throw new PlanInterruption('Unavailable', 'DeskTemplate is not served');
  });

  test('is torn down from the outside in, and claims go last, only those that say so themselves', () => {
    const plan = planOf(unreadable, deleting([FINALIZER]));
    expect(plan).toMatchObject({
      outcome: 'teardown',
      steps: [
        { kinds: ['Ingress.networking.k8s.io', 'HTTPRoute.gateway.networking.k8s.io', 'Service'] },
        { kinds: ['StatefulSet.apps', 'Pod'] },
        {
          kinds: [
            'EnvironmentAccess.adrasteia.dev',
            'RoleBinding.rbac.authorization.k8s.io',
            'Role.rbac.authorization.k8s.io',
            'ConfigMap',
            'Secret',
            'NetworkPolicy.networking.k8s.io',
            'ServiceAccount',
          ],
        },
        { kinds: ['PersistentVolumeClaim'], keptWithAnnotation: { name: 'adrasteia.dev/reclaim', value: 'Delete' } },
      ],
    });
  });

  test('never deletes every kept object of a kind', () => {
    const plan = planOf(unreadable, deleting([FINALIZER]));
    const steps = plan.outcome === 'teardown' ? plan.steps : [];
    expect(steps.filter(({ includingKept }) => includingKept === true)).toEqual([]);
  });

  test('doesn’t wait for what its description needs', () => {
    expect(planOf(unreadable, deleting([FINALIZER])).status(NOTHING).fields['phase']).toBe('Deleting');
  });

  test('is left alone where only others hold it', () => {
    expect(planOf(unreadable, deleting(['example.org/other']))).toMatchObject({ outcome: 'hold', reason: 'Deleting' });
  });
});

describe('an environment that is paused', () => {
  const RUNNING = {
    address: { scheme: 'https', host: 'thesis.example.org', path: '/' },
    listenPort: 15_080,
    app: { port: 8080, basePath: 'Keep', view: 'None' },
  };
  const ACCESS: KubeObject = {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'EnvironmentAccess',
    metadata: { name: 'thesis', namespace: 'team-a', labels: { [OWNER_UID_LABEL]: 'uid-1' } },
    spec: {
      ...RUNNING,
      authenticate: { method: 'OIDC', oidc: { providers: [] } },
      authorize: [{ grants: [{ group: 'all', level: 'Use' }] }],
    },
  };
  const lookup: Lookup = {
    ...lookupWith([]),
    get: (type) => (type.kind === 'EnvironmentAccess' ? { found: true, object: ACCESS as never } : { found: false }),
  };
  const updates = (access: AccessModel, object = DESK) =>
    environmentPlanner(described(environmentModel({ access }))).whilePaused?.(object, lookup);

  test('goes on to say who gets in, and nothing else', () => {
    expect(updates(gateAccess())).toMatchObject([
      {
        kind: 'EnvironmentAccess',
        spec: { ...RUNNING, authorize: [{ grants: [{ user: 'ada', level: 'Own' }] }] },
      },
    ]);
  });

  test('lets nobody in where it would be closed', () => {
    expect(updates({ mode: 'Closed', reason: 'BypassPossible', message: 'It listens everywhere' })).toMatchObject([
      { spec: { closed: { reason: 'BypassPossible', message: 'It listens everywhere' }, authorize: [] } },
    ]);
  });

  test('keeps its guard where none is asked for any more, since that goes with the pod', () => {
    expect(updates({ mode: 'Open' })).toEqual([]);
  });

  test('is left alone where it is being deleted', () => {
    const deleting = { ...DESK, metadata: { ...DESK.metadata, deletionTimestamp: '2026-11-21T08:00:00Z' } };
    expect(updates(gateAccess(), deleting)).toEqual([]);
  });
});
