import { type KubeObject, valueAt } from '../../../src/api/object';
import { leaseManifest, nodeManifest, nodePatches } from '../../../src/programs/simulated-node/node-object';
import { resolveOptions } from '../../../src/programs/simulated-node/options';

const OPTIONS = resolveOptions({ name: 'here', labels: { zone: 'a', 'adrasteia.dev/simulated': 'no' } });
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/** The node as it is once it said at `START` that it is ready. */
function registered(): KubeObject {
  const node = nodeManifest(OPTIONS);
  return { ...node, ...nodePatches(node, OPTIONS, START), metadata: node.metadata };
}

describe('the node object', () => {
  it('has the labels asked for, and says that it is simulated whatever they are', () => {
    expect(nodeManifest(OPTIONS).metadata.labels).toMatchObject({
      zone: 'a',
      'adrasteia.dev/simulated': 'true',
      'kubernetes.io/hostname': 'here',
    });
  });

  it('is not written while it says what is so', () => {
    expect(nodePatches(registered(), OPTIONS, START + MINUTE - 1)).toEqual({});
  });

  it('says again every minute that it is ready, since when it has been', () => {
    const { status } = nodePatches(registered(), OPTIONS, START + MINUTE);
    const ready = valueAt(status, ['conditions', 3]);
    expect(ready).toMatchObject({
      type: 'Ready',
      status: 'True',
      lastHeartbeatTime: '2026-01-01T00:01:00.000Z',
      lastTransitionTime: '2026-01-01T00:00:00.000Z',
    });
  });

  it('is ready at once after the cluster had given it up', () => {
    const given = {
      type: 'Ready',
      status: 'Unknown',
      lastHeartbeatTime: '2026-01-01T00:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const { status } = nodePatches({ ...registered(), status: { conditions: [given] } }, OPTIONS, START + 1000);
    expect(valueAt(status, ['conditions', 3])).toMatchObject({
      type: 'Ready',
      status: 'True',
      lastTransitionTime: '2026-01-01T00:00:01.000Z',
    });
  });

  it('gets labels back that somebody took off', () => {
    const bare = { ...registered(), metadata: { name: 'here' } };
    expect(nodePatches(bare, OPTIONS, START).metadata).toEqual({ labels: OPTIONS.labels });
  });

  it('has a lease that goes with it, in microseconds', () => {
    const lease = leaseManifest({ ...registered(), metadata: { name: 'here', uid: 'n1' } }, START + 1);
    expect(lease.metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Node', name: 'here', uid: 'n1' }]);
    expect(valueAt(lease, ['spec', 'renewTime'])).toBe('2026-01-01T00:00:00.001000Z');
  });
});
