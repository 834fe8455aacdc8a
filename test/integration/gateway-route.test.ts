/** Environments that a Gateway leads to, on an API server with the published CRD of HTTPRoute. No Gateway runs here. */
import type { Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import { anyEnvironment, anyTemplate, engineCrds, engineKinds, typeOf } from '../support/engine';
import { httpRouteCrd } from '../support/gateway-api/crds';
import { Harness } from '../support/harness';
import { describeWithGo } from '../support/with-go';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const TEMPLATE = typeOf('EnvironmentTemplate');
const ENTRY_POINT = typeOf('EntryPoint');
const HTTP_ROUTE = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  namespaced: true,
};
const INGRESS = { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', plural: 'ingresses', namespaced: true };

describeWithGo('an environment that a Gateway leads to', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.make([...engineCrds(), httpRouteCrd()]);
    await harness.start(engineKinds());
    await entryPoint({ gateway: { name: 'public' } });
    await harness.apply(TEMPLATE, placed(anyTemplate({ entryPointRef: { name: 'public' } })));
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('dev')));
  });
  afterEach(async () => {
    await harness.close();
  });

  const placed = (manifest: Manifest): Manifest => ({
    ...manifest,
    metadata: { ...manifest.metadata, namespace: harness.namespace },
  });
  const entryPoint = async (spec: object): Promise<unknown> =>
    harness.apply(
      ENTRY_POINT,
      placed({
        apiVersion: 'adrasteia.dev/v1alpha1',
        kind: 'EntryPoint',
        metadata: { name: 'public' },
        spec: { baseDomain: 'dev.example.org', ...spec },
      }),
    );
  const host = (domain: string): string => `dev.${harness.namespace}.${domain}`;

  test('has a route that the server takes as it is, and that follows its entry point', async () => {
    const route = await harness.until(HTTP_ROUTE, 'dev', 'is there', () => true);
    expect(valueAt(route, ['spec', 'hostnames'])).toEqual([host('dev.example.org')]);
    await entryPoint({ gateway: { name: 'public' }, baseDomain: 'elsewhere.example.org' });
    const moved = await harness.until(
      HTTP_ROUTE,
      'dev',
      'has the new host',
      (live) => valueAt(live, ['spec', 'hostnames', 0]) === host('elsewhere.example.org'),
    );
    // One change, one write: nothing that the server fills in is taken for a difference.
    expect(moved.metadata.generation).toBe(2);
  });

  test('leaves a route of somebody else’s alone, and says so', async () => {
    await harness.until(HTTP_ROUTE, 'dev', 'is there', () => true);
    const theirs = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'second' },
      spec: {},
    };
    await harness.apply(HTTP_ROUTE, placed(theirs));
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('second')));
    await harness.until(ENVIRONMENT, 'second', 'says NameConflict', (live) =>
      JSON.stringify(live.status ?? {}).includes('NameConflict'),
    );
    expect(JSON.stringify(await harness.get(HTTP_ROUTE, 'second'))).not.toContain('adrasteia.dev/owner-uid');
  });

  test('has an Ingress instead once its entry point says so', async () => {
    await harness.until(HTTP_ROUTE, 'dev', 'is there', () => true);
    await entryPoint({ gateway: undefined, ingress: { className: 'nginx' } });
    await harness.until(INGRESS, 'dev', 'is there', () => true);
    await harness.untilGone(HTTP_ROUTE, 'dev');
  });
});
