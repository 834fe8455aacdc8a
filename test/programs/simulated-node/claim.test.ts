import {
  type ClaimFacts,
  claimStep,
  standardStorageClass,
  volumeStep,
} from '../../../src/programs/simulated-node/claim';
import { claim, NOW, storageClass, volume } from './lives';

const BOUND = { phase: 'Bound', capacity: { storage: '1Gi' } };

function facts(change: Partial<ClaimFacts> = {}): ClaimFacts {
  return { findClass: () => storageClass(), findVolume: () => undefined, isWanted: () => false, ...change };
}

describe('a claim', () => {
  it.each([
    { step: 'Provision', subject: claim(), given: {}, because: 'its class is ours' },
    { step: undefined, subject: claim(), given: { findClass: () => undefined }, because: 'there is no such class' },
    {
      step: undefined,
      subject: claim(),
      given: { findClass: () => storageClass({ provisioner: 'theirs' }) },
      because: 'another provisioner serves it',
    },
    { step: undefined, subject: claim({ volumeName: 'mine' }), given: {}, because: 'it names its volume' },
    {
      step: undefined,
      subject: claim(),
      given: { findVolume: () => volume() },
      because: 'its volume is made, and not bound yet',
    },
    {
      step: undefined,
      subject: claim(),
      given: { findClass: () => storageClass({ volumeBindingMode: 'WaitForFirstConsumer' }) },
      because: 'no pod wants it yet',
    },
    {
      step: 'Provision',
      subject: claim(),
      given: { findClass: () => storageClass({ volumeBindingMode: 'WaitForFirstConsumer' }), isWanted: () => true },
      because: 'a pod wants it',
    },
    {
      step: undefined,
      subject: { ...claim(), metadata: { ...claim().metadata, deletionTimestamp: NOW } },
      given: {},
      because: 'it goes',
    },
    {
      step: undefined,
      subject: claim({ volumeName: 'pvc-c1' }, BOUND),
      given: { findVolume: () => volume() },
      because: 'it has what it asks for',
    },
    {
      step: 'Expand',
      subject: claim({ volumeName: 'pvc-c1', resources: { requests: { storage: '2Gi' } } }, BOUND),
      given: { findVolume: () => volume() },
      because: 'it asks for more than its volume has',
    },
    {
      step: 'ReportSize',
      subject: claim({ volumeName: 'pvc-c1', resources: { requests: { storage: '2Gi' } } }, BOUND),
      given: { findVolume: () => volume({ capacity: { storage: '2048Mi' } }) },
      because: 'its volume has grown',
    },
    {
      step: undefined,
      subject: claim({ volumeName: 'nfs', resources: { requests: { storage: '2Gi' } } }, BOUND),
      given: { findVolume: () => volume({}, 'Bound', 'theirs') },
      because: 'its volume is another’s',
    },
  ])('has the step $step because $because', ({ step, subject, given }) => {
    expect(claimStep(subject, facts(given))?.name).toBe(step);
  });

  it('gets a volume that only it can have, with what it and its class ask for', () => {
    const findClass = () => storageClass({ reclaimPolicy: 'Retain', mountOptions: ['ro'] });
    const step = claimStep(claim({ volumeMode: 'Block' }), facts({ findClass }));
    expect(step?.action).toMatchObject({
      verb: 'Create',
      manifest: {
        metadata: { name: 'pvc-c1' },
        spec: {
          storageClassName: 'standard',
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          volumeMode: 'Block',
          mountOptions: ['ro'],
          persistentVolumeReclaimPolicy: 'Retain',
          claimRef: { namespace: 'team', name: 'data', uid: 'c1' },
        },
      },
    });
  });

  it('finds the standard class to be ours', () => {
    const findClass = () => standardStorageClass() as ReturnType<typeof storageClass>;
    expect(claimStep(claim(), facts({ findClass }))?.name).toBe('Provision');
  });
});

describe('a volume', () => {
  it.each([
    { step: 'Reclaim', subject: volume({}, 'Released'), because: 'its claim is gone' },
    { step: undefined, subject: volume({}, 'Bound'), because: 'its claim is there' },
    {
      step: undefined,
      subject: volume({ persistentVolumeReclaimPolicy: 'Retain' }, 'Released'),
      because: 'it is to be retained',
    },
    { step: undefined, subject: volume({}, 'Released', 'theirs'), because: 'it is another provisioner’s' },
    {
      step: undefined,
      subject: { ...volume({}, 'Released'), metadata: { ...volume().metadata, deletionTimestamp: NOW } },
      because: 'it goes already',
    },
  ])('has the step $step because $because', ({ step, subject }) => {
    expect(volumeStep(subject)?.name).toBe(step);
  });
});
