/** Personal storage in environments: where it is mounted, and what keeps it from being. */
import { environmentFrontEnd } from '../../../constructs/environment';
import { modelProblems } from '../../../constructs/parts/model-problems';
import type { KubeObject } from '../../../src/api/object';
import { environment, lookupOver, template } from './template-fixtures';

type Fields = Readonly<Record<string, unknown>>;

const SHARE = {
  namespace: 'personal',
  claimName: 'ada',
  phase: 'Bound',
  volumeName: 'pv',
  server: 'nfs',
  path: '/ada',
};
const tenant = (personalStorage: Fields | undefined): KubeObject => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Tenant',
  metadata: { name: 'ada' },
  spec: {},
  status: { namespace: 'tenant-ada', ...(personalStorage === undefined ? {} : { personalStorage }) },
});
const translate = (namespace: string, personalStorage: Fields | undefined, spec: Fields = {}) =>
  environmentFrontEnd.translate(
    environment({}, { metadata: { name: 'thesis', namespace } }),
    lookupOver(tenant(personalStorage), template({ personalStorage: { mountPath: '/drive' }, ...spec })),
  );

test('is mounted in the main workload, by the driver that the Tenancy names', () => {
  const translation = translate('tenant-ada', { ...SHARE, driver: 'nfs.csi.k8s.io' });
  if (translation.outcome !== 'model') throw new Error(translation.message);
  const [main] = translation.model.workloads;
  expect(main?.volumes).toEqual([
    {
      type: 'raw',
      name: 'personal-storage',
      source: { csi: { driver: 'nfs.csi.k8s.io', volumeAttributes: { server: 'nfs', share: '/ada' } } },
    },
  ]);
  expect(main?.app.mounts).toEqual([{ volume: 'personal-storage', mountPath: '/drive' }]);
  expect(modelProblems(translation.model, translation.layout)).toEqual([]);
});

test('is a volume of kind nfs without a driver, which takes an administrator’s template', () => {
  expect(translate('tenant-ada', SHARE)).toMatchObject({
    outcome: 'hold',
    reason: 'Invalid',
    message: expect.stringContaining('spec.personalStorage.driver') as string,
  });
  const translation = translate('tenant-ada', SHARE, { security: { podSecurity: 'Baseline', reason: 'nfs' } });
  if (translation.outcome !== 'model') throw new Error(translation.message);
  expect(translation.model.workloads[0]?.volumes).toMatchObject([{ source: { nfs: { server: 'nfs', path: '/ada' } } }]);
  expect(modelProblems(translation.model, translation.layout)).toEqual([]);
});

test.each([
  ['the namespace is no tenant’s', 'team-a', SHARE, /"team-a" is the namespace of none/],
  ['the tenant has none', 'tenant-ada', undefined, /that of tenant ada can't be mounted: condition PersonalStorage/],
  [
    'its volume is no share',
    'tenant-ada',
    { namespace: 'personal', claimName: 'ada', phase: 'Bound', volumeName: 'pv' },
    /that of tenant ada can't be mounted/,
  ],
])('keeps an environment waiting where %s', (_, namespace, storage, says) => {
  expect(translate(namespace, storage)).toEqual({
    outcome: 'hold',
    reason: 'ReferenceNotFound',
    message: expect.stringMatching(says) as string,
  });
});
