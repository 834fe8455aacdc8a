/** Who gets into an environment that is held. */
import { heldAccess } from '../../../constructs/environment/held-access';
import type { KubeObject } from '../../../src/api/object';
import type { AccessRules } from '../../../src/model/environment-model';
import type { Lookup } from '../../../src/plan/lookup';

const DESK: KubeObject = {
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Environment',
  metadata: { name: 'desk', namespace: 'team', uid: '1' },
};
const NOBODY: AccessRules = { authenticate: { method: 'OIDC', oidc: { providers: [] } }, authorize: [] };
const PLACE = {
  address: { scheme: 'https', host: 'desk.example.org', path: '/' },
  listenPort: 15_080,
  app: { port: 8080, basePath: 'Keep', view: 'None' },
};

const access = (owner: string, rules: object): KubeObject => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'EnvironmentAccess',
  metadata: { name: 'desk', namespace: 'team', labels: { 'adrasteia.dev/owner-uid': owner, app: 'x' } },
  spec: { ...PLACE, ...rules },
});
const lookupOf = (live: KubeObject | undefined): Lookup => ({
  get: (type, { name, namespace }) =>
    type.kind === 'EnvironmentAccess' && name === 'desk' && namespace === 'team' && live !== undefined
      ? { found: true, object: live as never }
      : { found: false },
  list: () => [],
  secret: () => ({ found: false }),
  observe: () => ({ state: 'Failed', message: 'nobody to ask' }),
  clock: { hasPassed: () => false },
});
const held = (live: KubeObject | undefined, rules = NOBODY) =>
  heldAccess(DESK, { name: 'desk', rules }, lookupOf(live));

test('is what counts now, at the address and the ports of what runs', () => {
  const before = { ...NOBODY, authorize: [{ grants: [{ group: 'team', level: 'Use' }] }], cookies: { block: ['a'] } };
  const [manifest] = held(access('1', before));
  expect(manifest?.['spec']).toEqual({ ...PLACE, ...NOBODY });
  expect(manifest?.metadata.labels).toMatchObject({ app: 'x' });
});

test('isn’t written where it says the same, by its defaults', () => {
  expect(held(access('1', NOBODY), { authenticate: { method: 'OIDC', oidc: {} }, authorize: [] } as never)).toEqual([]);
});

test('isn’t made, and isn’t taken from another owner', () => {
  expect(held(undefined)).toEqual([]);
  expect(held(access('2', { ...NOBODY, authorize: [{ grants: [{ group: 'team', level: 'Use' }] }] }))).toEqual([]);
});
