import { ENVIRONMENT_ACCESS } from '../../../../src/access/environment-access';
import { WatchedAccess } from '../../../../src/programs/gate/authorization/watched-access';
import { FakeClock, settle } from '../../../support/fake-clock';
import { silentLogger } from '../../../support/silent-logger';
import { FakeCluster } from '../../controller-manager/fake-cluster';
import { accessWith, ENVIRONMENT } from './sample-access';

const { type } = ENVIRONMENT_ACCESS;
const NAME = { namespace: 'team', name: 'thesis' };

describe('the environments that the gate knows', () => {
  test('follow the cluster, and each change is told with what was before', async () => {
    const clock = new FakeClock();
    const cluster = new FakeCluster(clock, [type]);
    const accesses = new WatchedAccess({ cluster, clock, log: silentLogger() });
    const told: (readonly [environment: string, before: string | undefined, after: string | undefined])[] = [];
    accesses.listen((environment, before, after) => {
      told.push([environment, before?.spec.displayName, after?.spec.displayName]);
    });
    const stopping = new AbortController();
    await accesses.fill();
    const following = accesses.follow(stopping.signal);
    await settle();
    expect([accesses.isFilled, accesses.find(ENVIRONMENT)]).toEqual([true, undefined]);

    await cluster.create(type, accessWith());
    await settle();
    expect(accesses.find(ENVIRONMENT)?.spec.displayName).toBe('Thesis');
    await cluster.patch(type, NAME, { spec: { displayName: 'Book' } }, { type: 'merge' });
    await settle();
    await cluster.delete(type, NAME);
    await settle();
    expect(accesses.find(ENVIRONMENT)).toBeUndefined();
    expect(told).toEqual([
      [ENVIRONMENT, undefined, 'Thesis'],
      [ENVIRONMENT, 'Thesis', 'Book'],
      [ENVIRONMENT, 'Book', undefined],
    ]);
    stopping.abort();
    await following;
  });

  test('are gone as soon as they are being deleted, and told of once', async () => {
    const clock = new FakeClock();
    const cluster = new FakeCluster(clock, [type]);
    const access = accessWith();
    await cluster.create(type, { ...access, metadata: { ...access.metadata, finalizers: ['test/held'] } });
    const accesses = new WatchedAccess({ cluster, clock, log: silentLogger() });
    await accesses.fill();
    expect(accesses.size).toBe(1);
    let isTold = 0;
    accesses.listen((_environment, _before, after) => {
      if (after === undefined) isTold++;
    });
    const stopping = new AbortController();
    const following = accesses.follow(stopping.signal);
    await settle();
    await cluster.delete(type, NAME);
    await settle();
    await cluster.patch(type, NAME, { metadata: { finalizers: null } }, { type: 'merge' });
    await settle();
    expect([accesses.size, isTold]).toEqual([0, 1]);
    stopping.abort();
    await following;
  });
});
