import { ENVIRONMENT_ACCESS, type EnvironmentAccess } from '../../../src/access/environment-access';
import { Acceptance } from '../../../src/programs/gate/acceptance';
import { FakeClock } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';
import { FakeCluster } from '../controller-manager/fake-cluster';
import { accessWith, ENVIRONMENT } from './authorization/sample-access';

const NAME = { namespace: 'team', name: 'thesis' };

async function stage() {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock, [ENVIRONMENT_ACCESS.type]);
  const live = () => cluster.find<EnvironmentAccess>(ENVIRONMENT_ACCESS.type, NAME);
  const acceptance = new Acceptance({ cluster, clock, log: silentLogger(), find: () => live() });
  await cluster.create(ENVIRONMENT_ACCESS.type, accessWith());
  const said = async () => {
    await acceptance.close();
    const status = (live()?.status ?? {}) as {
      conditions?: { status: string; message: string; observedGeneration: number }[];
    };
    return status.conditions?.map((condition) => [condition.status, condition.message, condition.observedGeneration]);
  };
  return { cluster, acceptance, live, said };
}

describe('the condition Accepted', () => {
  test('isn’t there while all is well', async () => {
    const { acceptance, live, said } = await stage();
    acceptance.taken(ENVIRONMENT);
    acceptance.changed(live() ?? accessWith());
    expect(await said()).toBeUndefined();
  });

  test('says why a sidecar refuses, until it takes what it is given', async () => {
    const { acceptance, said } = await stage();
    acceptance.refused(ENVIRONMENT, 'unknown filter');
    expect(await said()).toEqual([['False', 'unknown filter', 1]]);
    acceptance.taken(ENVIRONMENT);
    expect(await said()).toEqual([['True', 'Its sidecar takes the configuration', 1]]);
  });

  test('says nothing of a state that nobody has refused', async () => {
    const { acceptance, cluster, live, said } = await stage();
    acceptance.refused(ENVIRONMENT, 'unknown filter');
    await said();
    acceptance.changed(live() ?? accessWith());
    expect((await said())?.[0]?.[0]).toBe('False');
    await cluster.patch(ENVIRONMENT_ACCESS.type, NAME, { spec: { displayName: 'Another' } }, { type: 'merge' });
    acceptance.changed(live() ?? accessWith());
    expect((await said())?.[0]?.[0]).toBe('True');
  });

  test('isn’t written of what is gone', async () => {
    const { acceptance, cluster, said } = await stage();
    await cluster.delete(ENVIRONMENT_ACCESS.type, NAME);
    acceptance.refused(ENVIRONMENT, 'unknown filter');
    expect(await said()).toBeUndefined();
  });
});
