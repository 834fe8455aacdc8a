/** What a sandbox may not hold, by Kubernetes' own kinds: nothing in it reaches beyond the namespace. As its tenant, and as administrator. */
import { valueAt } from '../../../src/api/object';
import { eventually } from '../../support/eventually';
import { judged } from './judgement';
import { type Attempt, Person } from './person';
import {
  CROWNLABS_TENANT,
  crownlabsTenant,
  ingressIn,
  person,
  podIn,
  SERVICE_ACCOUNT,
  serviceIn,
  TenancyScene,
} from './scene';

jest.setTimeout(180_000);

let scene: TenancyScene;
let ada: string;
let john: string;
beforeAll(async () => {
  scene = await TenancyScene.make({ admission: true });
  [ada, john] = [scene.name('ada'), scene.name('john')];
  await scene.tenants(person(ada, { sandbox: true }));
  await scene.apply(CROWNLABS_TENANT, crownlabsTenant(john, { createSandbox: true }));
  await scene.until(CROWNLABS_TENANT, john, 'is ready', (object) => valueAt(object, ['status', 'ready']) === true);
  for (const name of [ada, john]) {
    const namespace = `sandbox-${name}`;
    await eventually(`${namespace} has its account`, () =>
      scene.harness.cluster.get(SERVICE_ACCOUNT, { namespace, name: 'default' }),
    );
    await scene.untilJudged('the tenant has its rights', scene.user(name), serviceIn(namespace), 'Yes');
  }
});
afterAll(async () => {
  await scene.close();
});

const SANDBOXES = [
  ['ours', () => ada],
  ['CrownLabs’', () => john],
] as const;

async function answerTo(who: Person, attempt: Attempt): Promise<string> {
  const answer = await who.ask(attempt);
  return judged(answer) === 'Yes' ? 'Yes' : answer.message;
}

describe.each(SANDBOXES)('in a sandbox of %s', (_whose, nameOf) => {
  const BEYOND = 'a Service of a sandbox is of type ClusterIP';
  test.each([
    ['of type ClusterIP', {}, 'Yes'],
    ['of type NodePort', { type: 'NodePort' }, BEYOND],
    ['of type LoadBalancer', { type: 'LoadBalancer' }, BEYOND],
    ['of type ExternalName', { type: 'ExternalName', externalName: 'www.example.org' }, BEYOND],
    ['with the address of somebody else', { externalIPs: ['192.0.2.7'] }, BEYOND],
  ])('a Service %s: its tenant is told %j', async (_what, spec, expected) => {
    expect(await answerTo(scene.user(nameOf()), serviceIn(`sandbox-${nameOf()}`, spec))).toContain(expected);
  });

  test('a Service doesn’t become one that reaches further', async () => {
    const namespace = `sandbox-${nameOf()}`;
    const who = scene.user(nameOf());
    expect((await who.ask({ ...serviceIn(namespace), isMeant: true })).status).toBe(201);
    const path = `/api/v1/namespaces/${namespace}/services/attempt`;
    const change = (spec: object): Promise<string> => answerTo(who, { method: 'PATCH', path, body: { spec } });
    expect(await change({ type: 'NodePort' })).toContain(BEYOND);
    expect(await change({ externalIPs: ['192.0.2.7'] })).toContain(BEYOND);
    expect(await change({ selector: { app: 'other' } })).toBe('Yes');
  });

  test('a pod has no priority of the system, and others have it', async () => {
    const namespace = `sandbox-${nameOf()}`;
    const who = scene.user(nameOf());
    expect(await answerTo(who, podIn(namespace))).toBe('Yes');
    for (const priorityClassName of ['system-node-critical', 'system-cluster-critical'])
      expect(await answerTo(who, podIn(namespace, { priorityClassName }))).toContain('a pod of a sandbox goes before');
  });

  test('an Ingress has the tenant’s own hosts alone', async () => {
    const namespace = `sandbox-${nameOf()}`;
    // Ours give no right on Ingresses, so an administrator asks: the rule holds whoever writes.
    const admin = scene.known(Person.as(scene.harness.cluster.connection));
    const refusal = 'an Ingress of a sandbox has hosts alone whose first label is the tenant’s name';
    expect(await answerTo(admin, ingressIn(namespace, `${nameOf()}.sandbox.example.org`))).toBe('Yes');
    for (const host of ['www.example.org', `x-${nameOf()}.example.org`, `www.${nameOf()}`, '*.example.org', undefined])
      expect(await answerTo(admin, ingressIn(namespace, host))).toContain(refusal);
    const defaultBackend = { service: { name: 'attempt', port: { number: 80 } } };
    expect(await answerTo(admin, ingressIn(namespace, `${nameOf()}.example.org`, { defaultBackend }))).toContain(
      refusal,
    );
  });
});

test('a tenant of CrownLabs makes Ingresses in its sandbox, for its own hosts', async () => {
  const who = scene.user(john);
  expect(await answerTo(who, ingressIn(`sandbox-${john}`, `${john}.sandbox.example.org`))).toBe('Yes');
  expect(await answerTo(who, ingressIn(`sandbox-${john}`, 'www.example.org'))).toContain('an Ingress of a sandbox');
});

test('the rules are in nobody’s way elsewhere', async () => {
  const admin = scene.known(Person.as(scene.harness.cluster.connection));
  const { namespace } = scene.harness;
  await eventually('the namespace has its account', () =>
    scene.harness.cluster.get(SERVICE_ACCOUNT, { namespace, name: 'default' }),
  );
  expect(await answerTo(admin, serviceIn(namespace, { type: 'NodePort', externalIPs: ['192.0.2.7'] }))).toBe('Yes');
  expect(await answerTo(admin, ingressIn(namespace, 'www.example.org'))).toBe('Yes');
  expect(await answerTo(admin, podIn(namespace, { priorityClassName: 'system-node-critical' }))).toBe('Yes');
});
