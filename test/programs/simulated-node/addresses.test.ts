import { PodAddresses } from '../../../src/programs/simulated-node/addresses';

describe('the addresses of pods', () => {
  it('are unique, and a pod keeps its own', () => {
    const addresses = new PodAddresses();
    const given = Array.from({ length: 600 }, (_, index) => addresses.of(`pod-${index}`));
    expect(new Set(given).size).toBe(600);
    expect(addresses.of('pod-17')).toBe(given[17]);
    for (const address of given) expect(address).toMatch(/^10\.88\.\d{1,3}\.\d{1,3}$/);
  });

  it('leave out those that pods have already', () => {
    const next = new PodAddresses().of('first');
    const addresses = new PodAddresses();
    addresses.take('earlier', next);
    expect(addresses.of('first')).not.toBe(next);
    expect(addresses.of('earlier')).toBe(next);
  });

  it('come back only after all others were given', () => {
    const addresses = new PodAddresses();
    const gone = addresses.of('gone');
    addresses.release('gone');
    expect(addresses.of('next')).not.toBe(gone);
  });
});
