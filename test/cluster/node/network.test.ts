import { nodeNetwork, overlaps } from './network';

describe('the network of a node', () => {
  it('has addresses that follow from its number', () => {
    expect(nodeNetwork(80)).toEqual({
      number: 80,
      interface: 'adra80',
      hostAddress: '10.80.0.1',
      nodeAddress: '10.80.0.2',
      range: '10.80.0.0/16',
      pods: '10.80.1.0/24',
      services: '10.80.128.0/20',
      dns: '10.80.128.10',
    });
  });

  it.each([
    { range: '10.80.0.0/16', isTaken: true, because: 'it is the same' },
    { range: '10.80.77.3', isTaken: true, because: 'the address is in it' },
    { range: '10.64.0.0/10', isTaken: true, because: 'it is in that range' },
    { range: '10.79.255.0/24', isTaken: false, because: 'that ends just before' },
    { range: '10.81.0.0/16', isTaken: false, because: 'that begins just after' },
    { range: '10.0.0.0/8', isTaken: false, because: 'nearly nothing of so wide a range is in use' },
  ])('is taken by a route to $range ($isTaken) because $because', ({ range, isTaken }) => {
    expect(overlaps(range, '10.80.0.0/16')).toBe(isTaken);
  });
});
