/** README scenario 2 of kode-operator: what is made of its objects. What then happens to requests: test/proxy and test/node. */
import { ENVIRONMENT_ACCESS } from '../../../src/access/environment-access';
import { valueAt } from '../../../src/api/object';
import { validatorOf } from '../../../src/schema/validator';
import { ENFORCING_GATE, onlyOf, placed, rendered, renderedAccess, textAt } from './rendered';
import { ownScenario, scenarios } from './scenario-2';

describe.each(scenarios())('scenario 2 in $name', ({ objects }) => {
  const all = [...placed(objects, 'team'), ENFORCING_GATE];
  const given = onlyOf(all, 'Kode');
  const { name } = given.metadata;

  it('asks for the user and the password of the Kode before the app', () => {
    const access = renderedAccess(all);
    expect(access.spec).toMatchObject({
      listenPort: 8000,
      app: { port: 3000 },
      authenticate: { method: 'Basic', basic: { secret: { name: `${name}-auth` } } },
      authorize: [{ grants: [{ anyone: 'SignedIn', level: 'Own' }] }],
    });
    expect(access.spec.closed).toBeUndefined();
    expect(validatorOf(ENVIRONMENT_ACCESS)(access)).toEqual([]);
  });

  it('keeps the password in a Secret that the gate may read, and in no pod', () => {
    const made = rendered(all);
    const password = textAt(given, ['spec', 'password']);
    const secret = onlyOf(made, 'Secret');
    expect(valueAt(secret, ['data', 'password'])).toBe(Buffer.from(password).toString('base64'));
    expect(onlyOf(made, 'Role')['rules']).toEqual([
      expect.objectContaining({ resources: ['secrets'], resourceNames: [secret.metadata.name] }),
    ]);
    expect(JSON.stringify(onlyOf(made, 'StatefulSet'))).not.toContain(password);
  });

  it('runs no pod without an access layer', () => {
    const made = rendered(placed(objects, 'team'));
    expect(valueAt(onlyOf(made, 'StatefulSet'), ['spec', 'replicas'])).toBe(0);
    expect(made.map(({ kind }) => kind)).not.toContain('Service');
  });
});

describe('a template that says that code-server listens on loopback', () => {
  const { url } = ENFORCING_GATE['spec'] as { readonly url: string };
  const all = [...placed(ownScenario().objects, 'team'), { ...ENFORCING_GATE, spec: { url } }];

  it('needs no network that enforces policies, and is probed through the sidecar', () => {
    const set = onlyOf(rendered(all), 'StatefulSet');
    expect(valueAt(set, ['spec', 'replicas'])).toBe(1);
    const containers = valueAt(set, ['spec', 'template', 'spec', 'containers']) as readonly object[];
    const app = containers.find((container) => valueAt(container, ['name']) === 'kode-guarded');
    expect(valueAt(app, ['readinessProbe', 'httpGet', 'port'])).not.toBe(3000);
  });

  it.each<{ because: string; spec: object }>([
    { because: 'every interface', spec: { envs: [{ name: 'CODE_SERVER_HOST', value: '0.0.0.0' }] } },
    { because: 'a name', spec: { envs: [{ name: 'CODE_SERVER_HOST', value: 'localhost' }] } },
    { because: 'nothing', spec: { envs: [] } },
    { because: 'an argument that wins', spec: { args: ['--host', '0.0.0.0'] } },
    { because: 'a command that holds one', spec: { command: ['sh', '-c', 'code-server --host=0.0.0.0'] } },
    { because: 'a desktop', spec: { type: 'webtop' } },
  ])('is not believed where it says something else as well: $because', ({ spec }) => {
    const said = all.map((object) =>
      object.kind === 'KodeTemplate' ? { ...object, spec: { ...(object['spec'] as object), ...spec } } : object,
    );
    expect(valueAt(onlyOf(rendered(said), 'StatefulSet'), ['spec', 'replicas'])).toBe(0);
  });
});
