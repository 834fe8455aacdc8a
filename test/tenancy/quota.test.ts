import { capQuota, hardOf, sumQuotas } from '../../src/tenancy/quota';

describe('quotas', () => {
  test('add up, each in the unit of the first', () => {
    expect(
      sumQuotas([
        { cpu: '2', memory: '4Gi', storage: '10Gi', environments: 2, extended: { 'nvidia.com/gpu': 1 } },
        { cpu: '500m', memory: '512Mi', storage: '1Gi', environments: 1, extended: { 'nvidia.com/gpu': '1' } },
      ]),
    ).toEqual({
      cpu: '2500m',
      memory: '4608Mi',
      storage: '11Gi',
      environments: 3,
      extended: { 'nvidia.com/gpu': '2' },
    });
  });

  test('limit together only what each of them limits', () => {
    expect(
      sumQuotas([
        { cpu: '1', environments: 1 },
        { cpu: '1', memory: '1Gi' },
      ]),
    ).toEqual({ cpu: '2' });
  });

  test('of nobody limit nothing', () => {
    expect(sumQuotas([])).toEqual({});
  });

  test('never exceed their cap, which also limits what they don’t', () => {
    expect(
      capQuota(
        { cpu: '30', environments: 3, extended: { 'nvidia.com/gpu': '4' } },
        { cpu: 25, memory: '50G', environments: 10, extended: { 'nvidia.com/gpu': '1' } },
      ),
    ).toEqual({ cpu: 25, memory: '50G', environments: 3, extended: { 'nvidia.com/gpu': '1' } });
  });

  test('are what is requested, to Kubernetes', () => {
    expect(
      hardOf({ cpu: '2000m', memory: '4096Mi', storage: '10Gi', environments: 2, extended: { 'nvidia.com/gpu': 1 } }),
    ).toEqual({
      'requests.cpu': '2',
      'requests.memory': '4Gi',
      'requests.storage': '10Gi',
      'count/environments.adrasteia.dev': '2',
      'requests.nvidia.com/gpu': '1',
    });
  });
});
