import { modelProblems } from '../../../constructs/parts/model-problems';
import type { EnvironmentModel, VolumeModel } from '../../../src/model/environment-model';
import { containerModel, environmentModel, fullModel, layoutFor, workloadModel } from '../../support/models';

const claim = (name: string, changes: object): VolumeModel => ({
  type: 'claim',
  name,
  claim: { size: '1Gi', accessModes: ['ReadWriteOnce'], reclaim: 'Retain', ...changes },
});

const ROWS: readonly {
  readonly because: string;
  readonly model: EnvironmentModel;
  readonly paths: readonly string[];
}[] = [
  { because: 'a plain environment is right', model: environmentModel(), paths: [] },
  { because: 'every member may be used', model: fullModel(), paths: [] },
  {
    because: 'a lower level needs a reason',
    model: environmentModel({ security: { level: 'Baseline' } }),
    paths: ['security.reason'],
  },
  {
    because: 'a web port is one of the app',
    model: environmentModel({ workloads: [workloadModel({ webPort: 'web' })] }),
    paths: ['workloads[main].webPort'],
  },
  {
    because: 'a made claim has a size',
    model: environmentModel({ workloads: [workloadModel({ volumes: [claim('home', { size: undefined })] })] }),
    paths: ['workloads[main].volumes[home].claim.size'],
  },
  {
    because: 'a made claim has a mode',
    model: environmentModel({ workloads: [workloadModel({ volumes: [claim('home', { accessModes: [] })] })] }),
    paths: ['workloads[main].volumes[home].claim.accessModes'],
  },
  {
    because: 'a size is a quantity',
    model: environmentModel({ workloads: [workloadModel({ volumes: [claim('home', { size: 'large' })] })] }),
    paths: ['workloads[main].volumes[home].claim.size'],
  },
  {
    because: 'somebody else’s claim has neither',
    model: environmentModel({
      workloads: [
        workloadModel({ volumes: [claim('home', { existing: 'lectures', size: undefined, accessModes: [] })] }),
      ],
    }),
    paths: [],
  },
  {
    because: 'a resource is a quantity',
    model: environmentModel({
      workloads: [
        workloadModel({ sidecars: [containerModel({ name: 'side', resources: { limits: { cpu: 'many' } } })] }),
      ],
    }),
    paths: ['workloads[main].containers[side].resources.limits.cpu'],
  },
  {
    because: 'a pod keeps to its level',
    model: environmentModel({
      workloads: [
        workloadModel({ app: containerModel({ securityContext: { privileged: true } }), webPort: undefined }),
      ],
    }),
    paths: ['workloads[main].pod.spec.containers[0].securityContext.privileged'],
  },
  {
    because: 'workloads that share a claim describe it alike',
    model: environmentModel({
      workloads: [
        workloadModel({ volumes: [claim('home', {})] }),
        workloadModel({ name: 'second', volumes: [claim('home', { size: '2Gi' })] }),
      ],
    }),
    paths: ['workloads[second].volumes[home].claim'],
  },
];

describe('the problems of a model', () => {
  test.each(ROWS)('follow from: $because', ({ model, paths }) => {
    expect(modelProblems(model, layoutFor(model)).map(({ path }) => path)).toEqual(paths);
  });

  test('are all told at once', () => {
    const model = environmentModel({
      security: { level: 'Baseline' },
      workloads: [workloadModel({ webPort: 'web', volumes: [claim('home', { size: 'x' })] })],
    });
    expect(modelProblems(model, layoutFor(model))).toEqual([
      { path: 'security.reason', message: 'is required where pods are held to Baseline instead of Restricted' },
      { path: 'workloads[main].webPort', message: '"web" is no port of the app: it has "http"' },
      {
        path: 'workloads[main].volumes[home].claim.size',
        message: '"x" is not a quantity: write a number with an optional suffix, such as 500m, 2 or 20Gi',
      },
    ]);
  });

  test('include no name that a layout lacks: that is a fault of the front end', () => {
    const model = environmentModel();
    const layout = layoutFor(model);
    expect(() => modelProblems(model, { ...layout, names: { ...layout.names, claims: {} } })).toThrow(
      'The layout names no object for claim "home"',
    );
  });
});
