/** Answers of a whole server, in this process; those of a v1.34 server are the measure. */
import { ApiServer } from '../../../src/apiserver/api-server';
import { MemoryStorage } from '../../../src/apiserver/storage/memory-storage';
import { type Answer, Client, type SentRequest } from '../../side-by-side/target';
import { FakeClock } from '../../support/fake-clock';
import { silentLogger } from '../../support/silent-logger';

const TOKEN = 'a-token';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const REVIEW = {
  kind: 'SelfSubjectAccessReview',
  apiVersion: 'authorization.k8s.io/v1',
  spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
};

let server: ApiServer;
let client: Client;

beforeAll(async () => {
  server = await ApiServer.start({
    storage: new MemoryStorage(),
    clock: new FakeClock(),
    log: silentLogger(),
    tokens: new Map([[TOKEN, { username: 'admin', groups: ['system:masters', 'system:authenticated'] }]]),
  });
  client = new Client({ url: server.url, authority: server.authority, token: TOKEN });
});

afterAll(async () => {
  client.close();
  await server.stop();
});

function send(method: string, path: string, options: { accept?: string; body?: object } = {}): Promise<Answer> {
  const { accept = 'application/json', body } = options;
  const request: SentRequest = {
    method,
    path,
    headers: { accept, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)),
  };
  return client.send(request);
}

function parsed({ text }: Answer): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

describe('answers', () => {
  it('are in protobuf for who asks for it', async () => {
    const body = { metadata: { name: 'in-protobuf' }, data: { key: 'value' } };
    expect((await send('POST', CONFIG_MAPS, { body, accept: PROTOBUF })).contentType).toBe(PROTOBUF);
    const answer = await send('GET', `${CONFIG_MAPS}/in-protobuf`, { accept: `${PROTOBUF},application/json` });
    expect(answer.contentType).toBe(PROTOBUF);
    expect(answer.text).toMatch(/^k8s\0[^]*ConfigMap[^]*in-protobuf/);
  });

  it('of metadata alone lack the annotation in which a daemon set’s version carries a number', async () => {
    const path = '/apis/apps/v1/namespaces/default/daemonsets';
    const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
    const body = { metadata: { name: 'a' }, spec: { selector: { matchLabels: { app: 'a' } }, template } };
    const annotation = 'deprecated.daemonset.template.generation';
    expect((await send('POST', path, { body })).text).toContain(annotation);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    expect((await send('GET', path, { accept })).text).not.toContain(`"annotations"`);
    expect((await send('GET', `${path}?includeObject=Object`, { accept })).text).toContain(annotation);
  });

  it('to reviews are refused as tables, and may be metadata alone', async () => {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const asTable = await send('POST', path, { body: REVIEW, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    expect(asTable.status).toBe(406);
    expect(parsed(asTable)['message']).toBe(
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
    const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
    expect(parsed(await send('POST', path, { body: REVIEW, accept: partial }))).toMatchObject({
      kind: 'PartialObjectMetadata',
    });
  });

  it('are refused where the timeout is no duration, to whoever asks', async () => {
    expect((await send('GET', '/version?timeout=invalid')).status).toBe(400);
    expect((await send('GET', '/version?timeout=3m')).status).toBe(200);
  });
});

describe('health', () => {
  it('is told check by check, and only readiness knows of the shutdown', async () => {
    const ready = await send('GET', '/readyz?verbose&exclude=etcd');
    expect(ready.text).toMatch(/^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd excluded: ok\n\[\+\]etcd-readiness ok\n/);
    expect(ready.text).toMatch(/\n\[\+\]shutdown ok\nreadyz check passed\n$/);
    expect((await send('GET', '/healthz?verbose')).text).not.toContain('shutdown');
    expect((await send('GET', '/livez/poststarthook/bootstrap-controller')).text).toBe('ok');
    expect((await send('GET', '/healthz/shutdown')).status).toBe(404);
  });
});

describe('a Binding that names its pod in the body', () => {
  it('assigns the pod to the node, once', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const serviceAccount = { metadata: { name: 'default' } };
    await send('POST', '/api/v1/namespaces/default/serviceaccounts', { body: serviceAccount });
    const pod = { metadata: { name: 'web' }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
    expect((await send('POST', pods, { body: pod })).status).toBe(201);
    const body = { metadata: { name: 'web' }, target: { kind: 'Node', name: 'node-1' } };
    expect((await send('POST', '/api/v1/namespaces/default/bindings', { body })).status).toBe(201);
    expect(parsed(await send('GET', `${pods}/web`))).toMatchObject({ spec: { nodeName: 'node-1' } });
    expect((await send('POST', '/api/v1/namespaces/default/bindings', { body })).status).toBe(409);
  });
});

describe('priority and fairness', () => {
  it('counts the seats of priority levels in the metrics', async () => {
    const { text } = await send('GET', '/metrics');
    expect(text).toContain('apiserver_flowcontrol_nominal_limit_seats{priority_level="catch-all"} 13\n');
  });
});

describe('the method of a request', () => {
  it('doesn’t matter for the paths of which the real server answers any, and is refused elsewhere', async () => {
    for (const path of ['/', '/apis', '/openapi/v2', '/metrics']) {
      expect([path, (await send('PUT', path)).status]).toEqual([path, 200]);
    }
    for (const path of ['/version', '/api', '/api/v1', CONFIG_MAPS]) {
      expect([path, (await send('OPTIONS', path)).status]).toEqual([path, 405]);
    }
  });
});
