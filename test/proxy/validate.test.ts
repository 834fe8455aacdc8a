/** Every shape of the sidecar's configuration, judged by Envoy itself: the oldest release that is supported, and a current one. */
import { ENVOY_RELEASES } from '../../images/envoy/envoy-release';
import type { EnvironmentAccessSpec } from '../../src/access/environment-access';
import { sidecarBootstrap } from '../../src/access/envoy/sidecar-bootstrap';
import { environmentAccess } from '../support/envoy/access';
import { validationProblem } from '../support/envoy/envoy-process';
import { KODE_OPA, OAUTH2, RAW_HTTP_AUTHORIZER } from '../support/envoy/raw-samples';
import { GATE_SERVICE, staticConfiguration } from '../support/envoy/static-configuration';

const SHAPES: readonly (readonly [string, Partial<EnvironmentAccessSpec>])[] = [
  ['a host of its own', {}],
  ['a path that is kept', { address: { scheme: 'https', host: 'dev.example.org', path: '/team-a/thesis' } }],
  [
    'a path that is stripped',
    {
      address: { scheme: 'https', host: 'dev.example.org:8443', path: '/team-a/thesis' },
      app: { port: 3000, basePath: 'Strip', view: 'SafeMethods' },
    },
  ],
  ['kode’s sample with OPA', { envoy: KODE_OPA }],
  ['an authoriser by HTTP', { envoy: RAW_HTTP_AUTHORIZER }],
  ['Envoy’s own OAuth2', { envoy: OAUTH2 }],
  ['raw additions that are refused', { envoy: { httpFilters: [{ name: 'adrasteia.gate' }], clusters: [] } }],
];

describe.each(Object.values(ENVOY_RELEASES))('Envoy $version', (release) => {
  test('takes the bootstrap', async () => {
    const bootstrap = sidecarBootstrap({
      name: 'thesis',
      namespace: 'team-a',
      listenPort: 8080,
      service: GATE_SERVICE,
    });
    expect(await validationProblem(bootstrap, release)).toBe('');
  }, 60_000);

  test('takes the bootstrap of an app that is probed through the sidecar', async () => {
    const bootstrap = sidecarBootstrap({
      name: 'thesis',
      namespace: 'team-a',
      listenPort: 8080,
      service: GATE_SERVICE,
      appProbes: [{ name: 'ready', port: 8888, path: '/api?x=\\1' }],
    });
    expect(await validationProblem(bootstrap, release)).toBe('');
  }, 60_000);

  test.each(SHAPES)(
    'takes %s',
    async (_, spec) => {
      expect(await validationProblem(staticConfiguration(environmentAccess({ spec })), release)).toBe('');
    },
    60_000,
  );

  test('refuses a field that it doesn’t know, so that the judgement means something', async () => {
    const access = environmentAccess({
      spec: {
        envoy: {
          httpFilters: [
            {
              name: 'cors',
              typed_config: {
                '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors',
                no_such_field: 1,
              },
            },
          ],
          clusters: [],
        },
      },
    });
    expect(await validationProblem(staticConfiguration(access), release)).toMatch(/no_such_field/);
  }, 60_000);
});
