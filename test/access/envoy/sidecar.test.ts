/** What the sidecar is started with and served, as data; Envoy judges it in test/proxy. */

import { sidecarBootstrap } from '../../../src/access/envoy/sidecar-bootstrap';
import { sidecarClusters } from '../../../src/access/envoy/sidecar-clusters';
import { sidecarConfiguration } from '../../../src/access/envoy/sidecar-configuration';
import { sidecarContainer } from '../../../src/access/envoy/sidecar-container';
import { closedListener, sidecarListener } from '../../../src/access/envoy/sidecar-listener';
import { digest } from '../../../src/api/json';
import { LAYOUT } from '../../../src/programs/gate/discovery/revision';
import { environmentAccess } from '../../support/envoy/access';
import { KODE_OPA, RAW_HTTP_AUTHORIZER } from '../../support/envoy/raw-samples';
import { GATE_SERVICE } from '../../support/envoy/static-configuration';

const OPTIONS = { name: 'thesis', namespace: 'team-a', listenPort: 8080, service: GATE_SERVICE };
const GATE = { service: GATE_SERVICE, sidecar: { image: 'envoyproxy/envoy:distroless-v1.36.2' } };

describe('the bootstrap', () => {
  test('is the same bytes for the same input', () => {
    const { name, service, ...rest } = OPTIONS;
    expect(sidecarBootstrap({ service: { ...service }, ...rest, name })).toBe(sidecarBootstrap(OPTIONS));
  });

  test('has its administration where only its own container is, and nothing of it on a port', () => {
    const { admin, static_resources: statics } = JSON.parse(sidecarBootstrap(OPTIONS)) as {
      readonly admin: object;
      readonly static_resources: {
        readonly listeners: readonly {
          readonly address: { readonly socket_address: { readonly port_value: number } };
        }[];
      };
    };
    expect(admin).toEqual({ address: { pipe: { path: '/run/adrasteia/admin.sock', mode: 0o600 } } });
    expect(statics.listeners.map(({ address }) => address.socket_address.port_value)).toEqual([19902, 19903]);
  });
});

describe('the container', () => {
  test('is held to Pod Security Restricted, with a root that can’t be written to and a user of its own', () => {
    expect(sidecarContainer({ ...OPTIONS, gate: GATE }).container.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 19902,
      runAsGroup: 19902,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('holds less memory than it may have', () => {
    const limited = { ...GATE, sidecar: { ...GATE.sidecar, resources: { limits: { memory: '100Mi' } } } };
    const { args } = sidecarContainer({ ...OPTIONS, gate: limited }).container;
    expect(args[args.indexOf('--config-yaml') + 1]).toContain(`"max_heap_size_bytes":${80 * 1024 * 1024}`);
  });

  test('has nothing in its arguments that Kubernetes would replace', () => {
    const { args } = sidecarContainer({ ...OPTIONS, gate: GATE }).container;
    for (const argument of args) expect(argument.replaceAll('$$', '')).not.toMatch(/\$\(/);
  });
});

describe('the listener', () => {
  test('differs by its revision in nothing else', () => {
    const access = environmentAccess();
    const [one, other] = [sidecarListener(access, 'one'), sidecarListener(access, 'other')];
    expect(one).not.toEqual(other);
    expect({ ...one, metadata: undefined }).toEqual({ ...other, metadata: undefined });
  });

  test('is the same whoever gets in: that is the gate’s to say', () => {
    const [none, some] = [[], [{ grants: [{ user: 'ada', level: 'Use' as const }] }]].map((authorize) =>
      sidecarListener(environmentAccess({ spec: { authorize } }), 'r'),
    );
    expect(some).toEqual(none);
  });

  test('lets nobody in where raw additions don’t pass, and lacks no cluster then', () => {
    const access = environmentAccess({ spec: { envoy: { httpFilters: [{ name: 'nothing' }], clusters: [] } } });
    expect(sidecarListener(access, 'r')).toEqual(closedListener(access.spec.listenPort, 'r'));
    expect(sidecarClusters(access).map(({ name }) => name)).toEqual(['adrasteia-app']);
  });

  test('always has the same addresses, without which Envoy would refuse to replace it', () => {
    const access = environmentAccess();
    const [open, closed] = [sidecarListener(access, 'r'), closedListener(access.spec.listenPort, 'r')];
    expect([closed['address'], closed['additional_addresses']]).toEqual([
      open['address'],
      open['additional_addresses'],
    ]);
  });

  test('asks the gate before it asks anybody else', () => {
    const text = JSON.stringify(sidecarListener(environmentAccess({ spec: { envoy: KODE_OPA } }), 'r'));
    const order = [
      'adrasteia.readiness',
      'adrasteia.gate',
      'envoy.filters.http.ext_authz',
      'envoy.filters.http.router',
    ];
    const filters = text.slice(text.indexOf('"http_filters"'));
    const places = order.map((name) => filters.indexOf(`"name":"${name}"`));
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

describe('the digest of a configuration', () => {
  const of = (spec: Parameters<typeof environmentAccess>[0] = {}) => sidecarConfiguration(environmentAccess(spec));

  test('is another one where the sidecar is told something else', () => {
    const digests = [
      of(),
      of({ spec: { envoy: KODE_OPA } }),
      of({ spec: { envoy: RAW_HTTP_AUTHORIZER } }),
      of({ spec: { listenPort: 1234 } }),
      of({ spec: { app: { port: 1, basePath: 'Keep', view: 'None' } } }),
      of({ spec: { app: { port: 1, basePath: 'Strip', view: 'None' } } }),
      of({ spec: { address: { scheme: 'https', host: 'thesis.example.org', path: '/' } } }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('is the same where only who gets in changes, or nothing is said in more words', () => {
    expect(of({ generation: 9, spec: { authorize: [{ grants: [] }], displayName: 'My thesis' } })).toBe(of());
    expect(of({ spec: { envoy: { httpFilters: [], clusters: [] } } })).toBe(of());
  });
});

test('whoever changes what is served raises LAYOUT, so that sidecars of replicas of two releases settle', () => {
  const address = { scheme: 'https', host: 'dev.example.org', path: '/team-a/thesis' } as const;
  const app = { port: 3000, basePath: 'Strip', view: 'None' } as const;
  const shapes = [{}, { spec: { address } }, { spec: { address, app } }, { spec: { envoy: KODE_OPA } }].map(
    (changes) => {
      const access = environmentAccess(changes);
      return [sidecarListener(access, 'r'), sidecarClusters(access)];
    },
  );
  expect({ LAYOUT, served: digest(shapes) }).toMatchInlineSnapshot(`
{
  "LAYOUT": 2,
  "served": "1889b7cd85069569",
}
`);
});
