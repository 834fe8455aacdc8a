import { type AccessRules } from '../../../src/model/environment-model';
import { clusterTemplate, envoyConfig, kode, modelled } from './objects';

const GATE = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Gate',
  metadata: { name: 'default' },
  spec: { url: 'https://gate.example.org', networkPolicies: 'Enforced' },
};
const guarded = clusterTemplate({ envoyProxyRef: { kind: 'EnvoyProxyClusterConfig', name: 'proxy' } });
const inCluster = { templateRef: { kind: 'KodeClusterTemplate' as const, name: 'small' } };

function config(spec: object) {
  return { ...envoyConfig('proxy', undefined), spec };
}

function rules(proxy: object, spec: object = {}): AccessRules {
  const { access } = modelled(kode({ ...inCluster, ...spec }), [guarded, config(proxy), GATE]).model;
  if (access.mode !== 'Gate') throw new Error(`mode ${access.mode}`);
  return access.rules;
}

describe('a proxy configuration, where there is a gate', () => {
  it('asks for the Kode’s own password', () => {
    expect(rules({ authType: 'basic' }, { username: 'ada', password: 'lovelace' })).toEqual({
      authenticate: { method: 'Basic', basic: { secret: { name: 'thesis-auth' } } },
      authorize: [{ grants: [{ anyone: 'SignedIn', level: 'Own' }] }],
    });
  });

  it('asks for the password of an existing Secret, under either spelling', () => {
    expect(rules({ authConfig: { authType: 'basic' } }, { existingSecret: 'mine' }).authenticate).toEqual({
      method: 'Basic',
      basic: { secret: { name: 'mine' } },
    });
  });

  it('lets nobody in where there is no password to ask for, or where it asks for what never worked', () => {
    expect(rules({ authType: 'basic' }).closed).toMatchObject({ reason: 'PolicyInvalid' });
    expect(rules({ authConfig: { authType: 'jwt' } }).closed).toMatchObject({ reason: 'PolicyInvalid' });
  });

  it('hands its filters and clusters on, with what kode-operator filled in', () => {
    const filter = { name: 'opa', typed_config: { '@type': 'type.googleapis.com/x' } };
    const cluster = { name: 'opa', load_assignment: { cluster_name: 'opa', endpoints: [] } };
    expect(rules({ httpFilters: [filter], clusters: [cluster] })).toEqual({
      authenticate: { method: 'None' },
      authorize: [],
      envoy: {
        httpFilters: [filter],
        clusters: [{ ...cluster, connect_timeout: '0.25s', type: 'STRICT_DNS', lb_policy: 'ROUND_ROBIN' }],
      },
    });
  });

  it('lets nobody in where a filter can’t be taken, and names its field', () => {
    const filter = {
      name: 'opa',
      typed_config: { '@type': 'type.googleapis.com/x', grpc_service: { envoy_grpc: { cluster_name: 'none' } } },
    };
    expect(rules({ httpFilters: [filter] }).closed).toEqual({
      reason: 'PolicyInvalid',
      message: expect.stringContaining('spec.httpFilters[0].typed_config') as string,
    });
  });

  it('closes the environment while nobody says that its port can’t be reached around the sidecar', () => {
    const unknown = { ...GATE, spec: { url: 'https://gate.example.org' } };
    const { access } = modelled(kode({ ...inCluster, password: 'x' }), [
      guarded,
      config({ authType: 'basic' }),
      unknown,
    ]).model;
    expect(access).toMatchObject({ mode: 'Closed', reason: 'BypassPossible' });
  });

  it('that isn’t there lets nobody in, and the environment runs on', () => {
    const { access } = modelled(kode(inCluster), [guarded, GATE]).model;
    expect(access).toMatchObject({ mode: 'Gate', rules: { closed: { reason: 'PolicyNotFound' } } });
  });
});
