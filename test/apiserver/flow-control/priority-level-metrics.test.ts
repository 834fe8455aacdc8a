import { priorityLevelMetrics } from '../../../src/apiserver/flow-control/priority-level-metrics';

function level(name: string, spec: object) {
  return {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'PriorityLevelConfiguration',
    metadata: { name },
    spec,
  };
}

describe('the seats of priority levels', () => {
  // Those of a fresh v1.34 server.
  it('are shared out in proportion, rounded up', () => {
    const limited = (shares: number) => ({ type: 'Limited', limited: { nominalConcurrencyShares: shares } });
    const text = priorityLevelMetrics([
      level('catch-all', limited(5)),
      level('exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 0 } }),
      level('global-default', limited(20)),
      level('leader-election', limited(10)),
      level('node-high', limited(40)),
      level('system', limited(30)),
      level('workload-high', limited(40)),
      level('workload-low', limited(100)),
    ]);
    const seats = [...text.matchAll(/priority_level="([^"]+)"} (\d+)/g)].map(([, name, count]) => [
      name,
      Number(count),
    ]);
    expect(seats).toEqual([
      ['catch-all', 13],
      ['exempt', 0],
      ['global-default', 49],
      ['leader-election', 25],
      ['node-high', 98],
      ['system', 74],
      ['workload-high', 98],
      ['workload-low', 245],
    ]);
  });
});
