import type { KubeObject } from '../../../src/api/object';
import type { CountedObjects } from '../../../src/programs/controller-manager/resource-quota/resource-quotas';
import {
  CLAIM,
  CLUSTER_ROLE,
  CONFIG_MAP,
  LEASE,
  NAMESPACE,
  NODE,
  POD,
  POD_DISRUPTION_BUDGET,
  REPLICA_SET,
  RESOURCE_QUOTA,
  SERVICE_ACCOUNT,
  VALIDATING_ADMISSION_POLICY,
} from '../../../src/programs/controller-manager/resource-types';
import { template, withManager } from './running-manager';

const ROOT_MAP = { namespace: 'team', name: 'kube-root-ca.crt' };

describe('every namespace', () => {
  it('has its default service account, also after somebody deleted it', async () => {
    await withManager(async ({ cluster, settled }) => {
      const name = { namespace: 'team', name: 'default' };
      expect(cluster.find(SERVICE_ACCOUNT, name)).toBeDefined();
      await cluster.delete(SERVICE_ACCOUNT, name);
      await settled();
      expect(cluster.find(SERVICE_ACCOUNT, name)).toBeDefined();
    });
  });

  it('has the certificate of the API, whatever somebody makes of it', async () => {
    await withManager(
      async ({ cluster, settled, create }) => {
        const data = (): unknown => cluster.find(CONFIG_MAP, ROOT_MAP)?.['data'];
        expect(data()).toEqual({ 'ca.crt': 'PEM' });
        await cluster.patch(CONFIG_MAP, ROOT_MAP, { data: { 'ca.crt': 'forged' } }, { type: 'merge' });
        await settled();
        expect(data()).toEqual({ 'ca.crt': 'PEM' });
        await create(NAMESPACE, { metadata: { name: 'other' } });
        expect(cluster.find(CONFIG_MAP, { ...ROOT_MAP, namespace: 'other' })).toBeDefined();
      },
      { rootCertificate: 'PEM' },
    );
  });
});

describe('a quota', () => {
  const countQuota = (
    quota: KubeObject,
    {
      list,
    }: { readonly list: (type: { group: string; resource: string }, namespace: string) => readonly KubeObject[] },
  ) => ({ pods: String(list({ group: '', resource: 'pods' }, quota.metadata.namespace ?? '').length) });

  it('is counted anew when something goes, and not written where nothing changed', async () => {
    await withManager(
      async ({ cluster, create, settled, pass }) => {
        const pod = await create(POD, { metadata: { name: 'a' }, spec: { containers: [] } });
        const quota = await create(RESOURCE_QUOTA, { metadata: { name: 'q' }, spec: { hard: { pods: '3' } } });
        const used = (): unknown => cluster.find(RESOURCE_QUOTA, quota.metadata)?.status;
        expect(used()).toEqual({ hard: { pods: '3' }, used: { pods: '1' } });
        await cluster.delete(POD, pod.metadata);
        await settled();
        expect(used()).toEqual({ hard: { pods: '3' }, used: { pods: '0' } });
        cluster.writes.length = 0;
        await pass(600_000);
        expect(cluster.writes).toEqual([]);
      },
      { countQuota },
    );
  });

  it('is counted anew when a claim gets another class of volume attributes, also when that is only told by its status', async () => {
    const countClaims = (quota: KubeObject, { list }: Pick<CountedObjects, 'list'>) => {
      const claims = list({ group: '', resource: 'persistentvolumeclaims' }, quota.metadata.namespace ?? '');
      const isSilver = (claim: KubeObject): boolean => JSON.stringify(claim).includes('silver');
      return { persistentvolumeclaims: String(claims.filter(isSilver).length) };
    };
    await withManager(
      async ({ cluster, create, settled }) => {
        const claim = await create(CLAIM, { metadata: { name: 'c' }, spec: { volumeAttributesClassName: 'gold' } });
        const hard = { persistentvolumeclaims: '3' };
        const quota = await create(RESOURCE_QUOTA, { metadata: { name: 'q' }, spec: { hard } });
        const used = (): unknown => cluster.find(RESOURCE_QUOTA, quota.metadata)?.status;
        expect(used()).toEqual({ hard, used: { persistentvolumeclaims: '0' } });
        const patchStatus = async (status: object): Promise<void> => {
          await cluster.patch(CLAIM, claim.metadata, { status }, { type: 'merge', subresource: 'status' });
          await settled();
        };
        await patchStatus({ modifyVolumeStatus: { targetVolumeAttributesClassName: 'silver', status: 'Pending' } });
        expect(used()).toEqual({ hard, used: { persistentvolumeclaims: '1' } });
        await patchStatus({ modifyVolumeStatus: null });
        expect(used()).toEqual({ hard, used: { persistentvolumeclaims: '0' } });
      },
      { countQuota: countClaims },
    );
  });
});

describe('a disruption budget', () => {
  it('allows as many evictions as there are more pods than it wants', async () => {
    await withManager(async ({ cluster, create, settled }) => {
      const selector = { matchLabels: { app: 'web' } };
      const spec = { replicas: 3, selector, template: template({ app: 'web' }) };
      await create(REPLICA_SET, { metadata: { name: 'web' }, spec });
      const budget = await create(POD_DISRUPTION_BUDGET, {
        metadata: { name: 'b' },
        spec: { maxUnavailable: 1, selector },
      });
      const status = (): unknown => cluster.find(POD_DISRUPTION_BUDGET, budget.metadata)?.status;
      expect(status()).toMatchObject({ expectedPods: 3, currentHealthy: 0, desiredHealthy: 2, disruptionsAllowed: 0 });
      for (const pod of cluster.all(POD)) cluster.run(pod);
      await settled();
      expect(status()).toMatchObject({
        currentHealthy: 3,
        disruptionsAllowed: 1,
        conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }],
      });
    });
  });
});

describe('a node', () => {
  const heartbeat = { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' };

  it('isn’t ready any more when it hasn’t renewed its lease in time, and takes no new pods', async () => {
    await withManager(async ({ cluster, create, pass, settled }) => {
      await create(NODE, { metadata: { name: 'n' }, spec: {}, status: { conditions: [heartbeat] } });
      const lease = { namespace: 'kube-node-lease', name: 'n' };
      await create(LEASE, { metadata: lease, spec: { renewTime: '1' } });
      await pass(40_000);
      await cluster.patch(LEASE, lease, { spec: { renewTime: '2' } }, { type: 'merge' });
      await settled();
      await pass(40_000);
      const node = (): unknown => cluster.find(NODE, { name: 'n' });
      expect(node()).toMatchObject({ status: { conditions: [{ type: 'Ready', status: 'True' }] } });
      await pass(20_000);
      expect(node()).toMatchObject({
        spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }] },
        status: { conditions: [{ type: 'Ready', status: 'Unknown' }, {}, {}, {}] },
      });
    });
  });

  it('loses the taint of a condition that has passed, and no other', async () => {
    await withManager(async ({ cluster, create }) => {
      const taints = [
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
        { key: 'own', effect: 'NoSchedule' },
      ];
      await create(NODE, { metadata: { name: 'n' }, spec: { taints }, status: { conditions: [heartbeat] } });
      expect(cluster.find(NODE, { name: 'n' })?.spec).toEqual({ taints: [{ key: 'own', effect: 'NoSchedule' }] });
    });
  });

  it('that is gone takes its pods with it after a while', async () => {
    await withManager(async ({ cluster, create, pass }) => {
      await create(POD, { metadata: { name: 'a' }, spec: { containers: [], nodeName: 'gone' } });
      await pass(30_000);
      expect(cluster.all(POD)).toHaveLength(1);
      await pass(11_000);
      expect(cluster.all(POD)).toEqual([]);
    });
  });
});

describe('a cluster role that is made of others', () => {
  it('has the rules of all that it selects, each once', async () => {
    await withManager(async ({ cluster, create }) => {
      const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
      const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] };
      await create(CLUSTER_ROLE, { metadata: { name: 'whole' }, aggregationRule });
      for (const name of ['a', 'b']) {
        await create(CLUSTER_ROLE, { metadata: { name, labels: { part: 'yes' } }, rules: [rule] });
      }
      expect(cluster.find(CLUSTER_ROLE, { name: 'whole' })?.['rules']).toEqual([rule]);
    });
  });
});

describe('an admission policy', () => {
  it('says what is wrong with its expressions, once for each generation', async () => {
    const warnings = [{ fieldRef: 'spec.validations[0].expression', warning: 'no such field' }];
    await withManager(
      async ({ cluster, create, pass }) => {
        await create(VALIDATING_ADMISSION_POLICY, { metadata: { name: 'p' }, spec: {} });
        const { status } = cluster.find(VALIDATING_ADMISSION_POLICY, { name: 'p' }) ?? {};
        expect(status).toEqual({ observedGeneration: 1, typeChecking: { expressionWarnings: warnings } });
        cluster.writes.length = 0;
        await pass(60_000);
        expect(cluster.writes).toEqual([]);
      },
      { checkPolicy: () => warnings },
    );
  });
});
