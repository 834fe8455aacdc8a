import type { Deployment } from '../../../src/programs/controller-manager/deployment/deployment';
import type { Job } from '../../../src/programs/controller-manager/job/job';
import type { Pod } from '../../../src/programs/controller-manager/pods/pod';
import type { ReplicaSet } from '../../../src/programs/controller-manager/replica-set/replica-set';
import {
  CLAIM,
  CONTROLLER_REVISION,
  CRON_JOB,
  DAEMON_SET,
  DEPLOYMENT,
  JOB,
  NODE,
  POD,
  REPLICA_SET,
  REPLICATION_CONTROLLER,
  STATEFUL_SET,
} from '../../../src/programs/controller-manager/resource-types';
import type { StatefulSet } from '../../../src/programs/controller-manager/stateful-set/stateful-set';
import { type RunningManager, template, withManager } from './running-manager';

const SELECTOR = { matchLabels: { app: 'web' } };
const TEMPLATE = template({ app: 'web' });

function names(objects: readonly { readonly metadata: { readonly name: string } }[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.name).sort();
}

/** Every pod that waits runs. */
async function runAll({ cluster, settled }: RunningManager): Promise<void> {
  for (const pod of cluster.all<Pod>(POD)) if (pod.status?.phase === 'Pending') cluster.run(pod);
  await settled();
}

/** Every pod that is to go has gone. */
async function letAllGo({ cluster, settled }: RunningManager): Promise<void> {
  for (const pod of cluster.all<Pod>(POD)) if (pod.metadata.deletionTimestamp !== undefined) cluster.letGo(pod);
  await settled();
}

describe('a ReplicaSet', () => {
  it('gets as many pods as it asks for, and never more', async () => {
    await withManager(async ({ cluster, create, pass }) => {
      await create(REPLICA_SET, {
        metadata: { name: 'web' },
        spec: { replicas: 3, selector: SELECTOR, template: TEMPLATE },
      });
      await pass(60_000);
      expect(cluster.all(POD)).toHaveLength(3);
      expect(cluster.find<ReplicaSet>(REPLICA_SET, { namespace: 'team', name: 'web' })?.status).toMatchObject({
        replicas: 3,
        fullyLabeledReplicas: 3,
        observedGeneration: 1,
      });
    });
  });

  it('lets go first of pods that do nothing yet', async () => {
    await withManager(async (running) => {
      const { cluster, create, settled } = running;
      const set = await create(REPLICA_SET, {
        metadata: { name: 'web' },
        spec: { replicas: 3, selector: SELECTOR, template: TEMPLATE },
      });
      const [first] = cluster.all<Pod>(POD);
      if (first !== undefined) cluster.run(first);
      await settled();
      await cluster.patch(REPLICA_SET, set.metadata, { spec: { replicas: 1 } }, { type: 'merge' });
      await settled();
      expect(names(cluster.all(POD))).toEqual([first?.metadata.name]);
    });
  });

  it('adopts a pod that it selects and nobody controls, and lets go of one that it doesn’t select any more', async () => {
    await withManager(async ({ cluster, create, settled }) => {
      const orphan = await create(POD, { metadata: { name: 'orphan', labels: { app: 'web' } }, spec: TEMPLATE.spec });
      await create(REPLICA_SET, {
        metadata: { name: 'web' },
        spec: { replicas: 1, selector: SELECTOR, template: TEMPLATE },
      });
      expect(names(cluster.all(POD))).toEqual(['orphan']);
      expect(cluster.find(POD, orphan.metadata)?.metadata.ownerReferences).toMatchObject([
        { kind: 'ReplicaSet', name: 'web', controller: true, blockOwnerDeletion: true },
      ]);
      await cluster.patch(POD, orphan.metadata, { metadata: { labels: { app: 'other' } } }, { type: 'merge' });
      await settled();
      expect(cluster.find(POD, orphan.metadata)?.metadata.ownerReferences).toEqual([]);
      expect(cluster.all(POD)).toHaveLength(2);
    });
  });

  it('says what keeps it from making pods, and no longer when it can', async () => {
    await withManager(async ({ cluster, create, pass, told }) => {
      cluster.onCreate = ({ kind }) => {
        if (kind === 'Pod') throw new Error('exceeded quota');
      };
      const set = await create(REPLICA_SET, {
        metadata: { name: 'web' },
        spec: { replicas: 2, selector: SELECTOR, template: TEMPLATE },
      });
      const condition = (): unknown => cluster.find<ReplicaSet>(REPLICA_SET, set.metadata)?.status?.conditions;
      expect(condition()).toMatchObject([
        { type: 'ReplicaFailure', reason: 'FailedCreate', message: 'exceeded quota' },
      ]);
      expect(told('ReplicaSet')).toContain('FailedCreate: Error creating: exceeded quota');
      cluster.onCreate = () => undefined;
      await pass(1000);
      expect(condition()).toBeUndefined();
      expect(cluster.all(POD)).toHaveLength(2);
    });
  });
});

describe('a ReplicationController', () => {
  it('is kept as a ReplicaSet is', async () => {
    await withManager(async ({ cluster, create }) => {
      const spec = { replicas: 2, selector: { app: 'web' }, template: TEMPLATE };
      await create(REPLICATION_CONTROLLER, { metadata: { name: 'web' }, spec });
      expect(cluster.all(POD)).toHaveLength(2);
    });
  });
});

describe('a Deployment', () => {
  const spec = {
    replicas: 3,
    selector: SELECTOR,
    template: TEMPLATE,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  };
  const name = { namespace: 'team', name: 'web' };

  function reasons(cluster: RunningManager['cluster']): readonly string[] {
    const conditions = cluster.find<Deployment>(DEPLOYMENT, name)?.status?.conditions ?? [];
    return conditions.map(({ type, status, reason = '' }) => `${type}=${status} ${reason}`).sort();
  }

  it('is complete when all its pods are available', async () => {
    await withManager(async (running) => {
      await running.create(DEPLOYMENT, { metadata: { name: 'web' }, spec });
      expect(reasons(running.cluster)).toEqual([
        'Available=False MinimumReplicasUnavailable',
        'Progressing=True ReplicaSetUpdated',
      ]);
      await runAll(running);
      expect(reasons(running.cluster)).toEqual([
        'Available=True MinimumReplicasAvailable',
        'Progressing=True NewReplicaSetAvailable',
      ]);
      expect(running.told('Deployment')).toHaveLength(1);
    });
  });

  it('never has fewer pods available than it may while it rolls out', async () => {
    await withManager(async (running) => {
      const { cluster, create, settled } = running;
      await create(DEPLOYMENT, { metadata: { name: 'web' }, spec });
      await runAll(running);
      const patch = { spec: { template: template({ app: 'web' }, 'app:2') } };
      await cluster.patch(DEPLOYMENT, name, patch, { type: 'merge' });
      await settled();
      for (let round = 0; round < 10; round += 1) {
        const pods = cluster.all<Pod>(POD).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
        const ready = pods.filter(({ status }) => status?.phase === 'Running');
        expect(ready.length).toBeGreaterThanOrEqual(3);
        expect(pods.length).toBeLessThanOrEqual(4);
        await runAll(running);
        await letAllGo(running);
      }
      const images = cluster.all<Pod>(POD).map(({ spec: { containers } }) => containers[0]?.image);
      expect(images).toEqual(['app:2', 'app:2', 'app:2']);
      expect(cluster.find(DEPLOYMENT, name)?.metadata.annotations).toEqual({
        'deployment.kubernetes.io/revision': '2',
      });
    });
  });

  it('goes back to an old ReplicaSet when the template does, as a new revision', async () => {
    await withManager(async (running) => {
      const { cluster, create, settled } = running;
      await create(DEPLOYMENT, { metadata: { name: 'web' }, spec });
      await runAll(running);
      for (const image of ['app:2', 'app:1']) {
        await cluster.patch(
          DEPLOYMENT,
          name,
          { spec: { template: template({ app: 'web' }, image) } },
          { type: 'merge' },
        );
        await settled();
        for (let round = 0; round < 8; round += 1) {
          await runAll(running);
          await letAllGo(running);
        }
      }
      const revisions = cluster.all(REPLICA_SET).map(({ metadata }) => metadata.annotations);
      expect(revisions).toHaveLength(2);
      expect(revisions).toContainEqual(
        expect.objectContaining({
          'deployment.kubernetes.io/revision': '3',
          'deployment.kubernetes.io/revision-history': '1',
        }),
      );
    });
  });

  it('ends all old pods before it makes new ones where it recreates them', async () => {
    await withManager(async (running) => {
      const { cluster, create, settled } = running;
      await create(DEPLOYMENT, { metadata: { name: 'web' }, spec: { ...spec, strategy: { type: 'Recreate' } } });
      await runAll(running);
      await cluster.patch(
        DEPLOYMENT,
        name,
        { spec: { template: template({ app: 'web' }, 'app:2') } },
        { type: 'merge' },
      );
      await settled();
      expect(cluster.all<Pod>(POD).every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
      expect(cluster.all(REPLICA_SET)).toHaveLength(1);
      await letAllGo(running);
      expect(cluster.all<Pod>(POD).map(({ spec: { containers } }) => containers[0]?.image)).toEqual(
        Array.from({ length: 3 }, () => 'app:2'),
      );
    });
  });

  it('says that it got stuck once its deadline has passed', async () => {
    await withManager(async (running) => {
      await running.create(DEPLOYMENT, { metadata: { name: 'web' }, spec });
      await running.pass(590_000);
      expect(reasons(running.cluster)).toContain('Progressing=True ReplicaSetUpdated');
      await running.pass(20_000);
      expect(reasons(running.cluster)).toContain('Progressing=False ProgressDeadlineExceeded');
    });
  });

  it('keeps no more old ReplicaSets than its history may have', async () => {
    await withManager(async (running) => {
      const { cluster, create, settled } = running;
      await create(DEPLOYMENT, { metadata: { name: 'web' }, spec: { ...spec, revisionHistoryLimit: 1 } });
      for (const image of ['app:2', 'app:3', 'app:4']) {
        for (let round = 0; round < 6; round += 1) {
          await runAll(running);
          await letAllGo(running);
        }
        await cluster.patch(
          DEPLOYMENT,
          name,
          { spec: { template: template({ app: 'web' }, image) } },
          { type: 'merge' },
        );
        await settled();
      }
      for (let round = 0; round < 6; round += 1) {
        await runAll(running);
        await letAllGo(running);
      }
      expect(cluster.all(REPLICA_SET)).toHaveLength(2);
    });
  });

  it('takes another name for its ReplicaSet where a foreign one has it', async () => {
    await withManager(async (running) => {
      const { cluster, create, pass } = running;
      await create(DEPLOYMENT, { metadata: { name: 'web' }, spec });
      const taken = cluster.all(REPLICA_SET)[0]?.metadata.name ?? '';
      await cluster.delete(DEPLOYMENT, name);
      await cluster.delete(REPLICA_SET, { namespace: 'team', name: taken });
      const foreign = {
        replicas: 0,
        selector: { matchLabels: { app: 'foreign' } },
        template: template({ app: 'foreign' }),
      };
      await create(REPLICA_SET, { metadata: { name: taken }, spec: foreign });
      await create(DEPLOYMENT, { metadata: { name: 'web' }, spec });
      await pass(1000);
      expect(cluster.all(REPLICA_SET)).toHaveLength(2);
      expect(cluster.find<Deployment>(DEPLOYMENT, name)?.status?.collisionCount).toBe(1);
    });
  });
});

describe('a StatefulSet', () => {
  const spec = {
    replicas: 3,
    serviceName: 'web',
    selector: SELECTOR,
    template: TEMPLATE,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1Gi' } } } }],
  };
  const name = { namespace: 'team', name: 'web' };

  it('makes its pods one after the other, each with its claim', async () => {
    await withManager(async (running) => {
      const { cluster, create } = running;
      await create(STATEFUL_SET, { metadata: { name: 'web' }, spec });
      for (const expected of [['web-0'], ['web-0', 'web-1'], ['web-0', 'web-1', 'web-2']]) {
        expect(names(cluster.all(POD))).toEqual(expected);
        await runAll(running);
      }
      expect(names(cluster.all(CLAIM))).toEqual(['data-web-0', 'data-web-1', 'data-web-2']);
      expect(cluster.all(CONTROLLER_REVISION)).toHaveLength(1);
      expect(cluster.find<StatefulSet>(STATEFUL_SET, name)?.status).toMatchObject({
        readyReplicas: 3,
        updatedReplicas: 3,
      });
    });
  });

  it('keeps the claims of pods that it ends', async () => {
    await withManager(async (running) => {
      const { cluster, create, settled } = running;
      await create(STATEFUL_SET, { metadata: { name: 'web' }, spec });
      for (let round = 0; round < 3; round += 1) await runAll(running);
      await cluster.patch(STATEFUL_SET, name, { spec: { replicas: 1 } }, { type: 'merge' });
      await settled();
      for (let round = 0; round < 3; round += 1) await letAllGo(running);
      expect(names(cluster.all(POD))).toEqual(['web-0']);
      expect(cluster.all(CLAIM)).toHaveLength(3);
      expect(cluster.all(CLAIM).flatMap(({ metadata }) => metadata.ownerReferences ?? [])).toEqual([]);
    });
  });

  it('has claims go with the set, or with the pod, only where it says so', async () => {
    await withManager(async (running) => {
      const { cluster, create, settled } = running;
      const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete', whenScaled: 'Retain' };
      await create(STATEFUL_SET, {
        metadata: { name: 'web' },
        spec: { ...spec, persistentVolumeClaimRetentionPolicy },
      });
      await runAll(running);
      const owners = (): unknown =>
        cluster.find(CLAIM, { namespace: 'team', name: 'data-web-0' })?.metadata.ownerReferences;
      expect(owners()).toMatchObject([{ kind: 'StatefulSet', name: 'web' }]);
      const retained = { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } } };
      await cluster.patch(STATEFUL_SET, name, retained, { type: 'merge' });
      await settled();
      expect(owners()).toEqual([]);
    });
  });

  it('updates from the last pod down to its partition', async () => {
    await withManager(async (running) => {
      const { cluster, create, settled } = running;
      await create(STATEFUL_SET, { metadata: { name: 'web' }, spec });
      for (let round = 0; round < 3; round += 1) await runAll(running);
      const patch = {
        spec: {
          template: template({ app: 'web' }, 'app:2'),
          updateStrategy: { rollingUpdate: { partition: 1 } },
        },
      };
      await cluster.patch(STATEFUL_SET, name, patch, { type: 'merge' });
      await settled();
      for (let round = 0; round < 6; round += 1) {
        await letAllGo(running);
        await runAll(running);
      }
      const images = cluster.all<Pod>(POD).map((pod) => `${pod.metadata.name} ${pod.spec.containers[0]?.image ?? ''}`);
      expect([...images].sort()).toEqual(['web-0 app:1', 'web-1 app:2', 'web-2 app:2']);
    });
  });

  it('makes all its pods at once where it may', async () => {
    await withManager(async ({ cluster, create }) => {
      await create(STATEFUL_SET, { metadata: { name: 'web' }, spec: { ...spec, podManagementPolicy: 'Parallel' } });
      expect(cluster.all(POD)).toHaveLength(3);
    });
  });
});

describe('a DaemonSet', () => {
  const spec = { selector: SELECTOR, template: TEMPLATE, updateStrategy: { type: 'RollingUpdate' } };
  const tainted = { spec: { taints: [{ key: 'only', effect: 'NoSchedule' }] } };

  it('has a pod for each node that takes it', async () => {
    await withManager(async ({ cluster, create }) => {
      await create(NODE, { metadata: { name: 'a' } });
      await create(NODE, { metadata: { name: 'b' }, ...tainted });
      await create(DAEMON_SET, { metadata: { name: 'web' }, spec });
      expect(cluster.all(POD)).toHaveLength(1);
      await create(NODE, { metadata: { name: 'c' } });
      expect(cluster.all(POD)).toHaveLength(2);
      expect(cluster.all(DAEMON_SET)[0]?.status).toMatchObject({
        desiredNumberScheduled: 2,
        currentNumberScheduled: 2,
      });
    });
  });
});

describe('a Job', () => {
  const plain = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app' }] } } };
  const name = { namespace: 'team', name: 'work' };
  const spec = {
    ...plain,
    parallelism: 2,
    completions: 3,
    backoffLimit: 1,
    selector: { matchLabels: { job: 'work' } },
  };
  const labelled = { ...spec, template: { ...plain.template, metadata: { labels: { job: 'work' } } } };

  function statusOf({ cluster }: RunningManager): Job['status'] {
    return cluster.find<Job>(JOB, name)?.status;
  }

  async function endAll(running: RunningManager, phase: 'Succeeded' | 'Failed'): Promise<void> {
    for (const pod of running.cluster.all<Pod>(POD))
      if (pod.status?.phase === 'Pending') running.cluster.end(pod, phase);
    await running.settled();
  }

  it('is complete when enough pods have succeeded, each counted once', async () => {
    await withManager(async (running) => {
      await running.create(JOB, { metadata: { name: 'work' }, spec: labelled });
      expect(statusOf(running)).toMatchObject({ active: 2 });
      await endAll(running, 'Succeeded');
      await endAll(running, 'Succeeded');
      expect(statusOf(running)).toMatchObject({ succeeded: 3, uncountedTerminatedPods: {} });
      const conditions = statusOf(running)?.conditions ?? [];
      expect(conditions.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
      expect(running.cluster.all(POD)).toHaveLength(3);
      expect(running.cluster.all(POD).flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
    });
  });

  it('fails when more pods have failed than it bears, and waits before each new attempt', async () => {
    await withManager(async (running) => {
      await running.create(JOB, { metadata: { name: 'work' }, spec: { ...labelled, parallelism: 1, completions: 1 } });
      await endAll(running, 'Failed');
      expect(running.cluster.all(POD)).toHaveLength(1);
      await running.pass(11_000);
      expect(running.cluster.all(POD)).toHaveLength(2);
      await endAll(running, 'Failed');
      expect(statusOf(running)).toMatchObject({ failed: 2 });
      expect(running.told('Job')).toContain('BackoffLimitExceeded: Job has reached the specified backoff limit');
    });
  });

  it('gives each pod of an indexed job its number', async () => {
    await withManager(async (running) => {
      await running.create(JOB, {
        metadata: { name: 'work' },
        spec: { ...labelled, completionMode: 'Indexed', parallelism: 3 },
      });
      const indexes = running.cluster
        .all<Pod>(POD)
        .map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/job-completion-index']);
      expect(indexes).toEqual(['0', '1', '2']);
      await endAll(running, 'Succeeded');
      expect(statusOf(running)).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
    });
  });

  it('ends its pods after its deadline', async () => {
    await withManager(async (running) => {
      await running.create(JOB, { metadata: { name: 'work' }, spec: { ...labelled, activeDeadlineSeconds: 30 } });
      await running.pass(31_000);
      await letAllGo(running);
      expect(statusOf(running)?.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'DeadlineExceeded' });
      expect(running.cluster.all(POD)).toEqual([]);
    });
  });

  it('makes no pods while it is suspended', async () => {
    await withManager(async (running) => {
      await running.create(JOB, { metadata: { name: 'work' }, spec: { ...labelled, suspend: true } });
      expect(running.cluster.all(POD)).toEqual([]);
      expect(statusOf(running)?.conditions).toMatchObject([{ type: 'Suspended', status: 'True' }]);
      await running.cluster.patch(JOB, name, { spec: { suspend: false } }, { type: 'merge' });
      await running.settled();
      expect(running.cluster.all(POD)).toHaveLength(2);
    });
  });

  it('is deleted when its time after the end is over', async () => {
    await withManager(async (running) => {
      const short = { ...labelled, completions: 1, parallelism: 1, ttlSecondsAfterFinished: 60 };
      await running.create(JOB, { metadata: { name: 'work' }, spec: short });
      await endAll(running, 'Succeeded');
      await running.pass(59_000);
      expect(running.cluster.all(JOB)).toHaveLength(1);
      await running.pass(2000);
      expect(running.cluster.all(JOB)).toEqual([]);
    });
  });
});

describe('a CronJob', () => {
  const jobTemplate = {
    spec: { parallelism: 0, completions: 1, template: { spec: { containers: [{ name: 'app' }] } } },
  };

  it('makes a job at each due minute, named after it', async () => {
    await withManager(async ({ cluster, create, pass, clock }) => {
      await create(CRON_JOB, { metadata: { name: 'tick' }, spec: { schedule: '*/5 * * * *', jobTemplate } });
      await pass(299_000);
      expect(cluster.all(JOB)).toEqual([]);
      await pass(2000);
      const minute = Math.floor(clock.now() / 60_000);
      expect(names(cluster.all(JOB))).toEqual([`tick-${String(minute)}`]);
    });
  });

  it('doesn’t begin a second job beside the first where it may not', async () => {
    await withManager(async ({ cluster, create, pass, told }) => {
      const spec = { schedule: '* * * * *', concurrencyPolicy: 'Forbid', jobTemplate };
      await create(CRON_JOB, { metadata: { name: 'tick' }, spec });
      await pass(61_000);
      await pass(60_000);
      expect(cluster.all(JOB)).toHaveLength(1);
      expect(told('CronJob').join()).toContain('JobAlreadyActive');
    });
  });
});
