import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster, KubernetesCluster } from '../../../src/adapters/kubernetes/client';
import { apiStatusOf } from '../../../src/adapters/kubernetes/errors';
import {
  type Answerer,
  CONFIG_MAPS,
  configMap,
  json,
  type LoopbackApi,
  type Received,
  refuse,
  rejection,
  startApi,
} from './loopback-api';

let api: LoopbackApi | undefined;
let cluster: KubernetesCluster | undefined;

async function start(answer: Answerer): Promise<KubernetesCluster> {
  api = await startApi(answer);
  cluster = new KubernetesCluster(api.connection());
  return cluster;
}

afterEach(async () => {
  await cluster?.close();
  await api?.close();
});

const X = { namespace: 'default', name: 'x' };
const echo: Answerer = (_request, response) => {
  json(response, 200, configMap('x'));
};

/** What the server was asked for, without what is the same for all. */
function asked(): {
  method: string;
  path: string;
  query: Record<string, string>;
  type: string | undefined;
  body: unknown;
}[] {
  return (api?.received ?? []).map(({ method, url, headers, body }: Received) => ({
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    type: headers['content-type'],
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
  }));
}

describe('get', () => {
  it('gives the object, or undefined where there is none', async () => {
    const kubernetes = await start((request, response) => {
      if (request.number === 1) json(response, 200, configMap('x'));
      else
        refuse(response, {
          code: 404,
          reason: 'NotFound',
          message: 'configmaps "x" not found',
          details: { name: 'x', kind: 'configmaps' },
        });
    });
    expect(await kubernetes.get(CONFIG_MAPS, X)).toEqual(configMap('x'));
    expect(await kubernetes.get(CONFIG_MAPS, X)).toBeUndefined();
  });

  it.each([
    ['a plain page', (response) => response.writeHead(404).end('404 page not found\n')],
    [
      'a status that names no object',
      (response) =>
        refuse(response, {
          code: 404,
          reason: 'NotFound',
          message: 'the server could not find the requested resource',
          details: {},
        }),
    ],
  ] satisfies [string, (response: Parameters<Answerer>[1]) => unknown][])(
    'fails where the kind is not served, told by %s',
    async (_how, answer) => {
      const kubernetes = await start((_request, response) => {
        answer(response);
      });
      expect(await rejection(kubernetes.get(CONFIG_MAPS, X))).toMatchObject({ code: 'ApiNotFound' });
      expect(await rejection(kubernetes.delete(CONFIG_MAPS, X))).toMatchObject({ code: 'ApiNotFound' });
    },
  );

  it('fails with ApiInternal where the answer is a sign-in page', async () => {
    const kubernetes = await start((_request, response) => response.end('<html></html>'));
    expect(await rejection(kubernetes.get(CONFIG_MAPS, X))).toMatchObject({
      code: 'ApiInternal',
      message: expect.stringContaining('is this a Kubernetes API?') as string,
    });
  });
});

describe('list', () => {
  const page = (names: readonly string[], next: string, resourceVersion: string): unknown => ({
    kind: 'ConfigMapList',
    apiVersion: 'v1',
    metadata: { resourceVersion, ...(next === '' ? {} : { continue: next }) },
    items: names.map((name) => ({ metadata: { name } })),
  });

  it('follows pages of 500 and fills in apiVersion and kind', async () => {
    const kubernetes = await start((request, response) => {
      json(
        response,
        200,
        request.url.searchParams.has('continue') ? page(['c'], '', '7') : page(['a', 'b'], 'more', '7'),
      );
    });
    const selection = { namespace: 'default', labelSelector: 'a in (b,c)', fieldSelector: 'metadata.name!=z' };
    expect(await kubernetes.list(CONFIG_MAPS, selection)).toEqual({
      resourceVersion: '7',
      items: ['a', 'b', 'c'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
    });
    const query = { labelSelector: 'a in (b,c)', fieldSelector: 'metadata.name!=z', limit: '500' };
    expect(asked().map((request) => request.query)).toEqual([query, { ...query, continue: 'more' }]);
  });

  it('starts again in one piece where the version of its pages was compacted', async () => {
    const kubernetes = await start((request, response) => {
      const { searchParams } = request.url;
      if (searchParams.has('continue'))
        refuse(response, { code: 410, reason: 'Expired', message: 'the continue token is too old' });
      else if (searchParams.has('limit')) json(response, 200, page(['a'], 'more', '7'));
      else json(response, 200, page(['b', 'c'], '', '9'));
    });
    const { items, resourceVersion } = await kubernetes.list(CONFIG_MAPS, {});
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c']);
    expect(resourceVersion).toBe('9');
  });

  it('takes null for no items', async () => {
    const kubernetes = await start((_request, response) => {
      json(response, 200, { metadata: { resourceVersion: '1' }, items: null });
    });
    expect(await kubernetes.list(CONFIG_MAPS, {})).toEqual({ items: [], resourceVersion: '1' });
  });
});

describe('writes', () => {
  it('say to the server what the options say', async () => {
    const kubernetes = await start(echo);
    const object = configMap('x', { a: '1' });
    await kubernetes.apply(CONFIG_MAPS, object, { fieldManager: 'me', force: true, dryRun: true });
    await kubernetes.apply(CONFIG_MAPS, object, { fieldManager: 'me' });
    await kubernetes.create(CONFIG_MAPS, object, { fieldManager: 'me', dryRun: true });
    await kubernetes.replace(CONFIG_MAPS, object);
    await kubernetes.patch(
      CONFIG_MAPS,
      X,
      { data: null },
      { type: 'merge', subresource: 'status', fieldManager: 'me' },
    );
    await kubernetes.patch(CONFIG_MAPS, X, [{ op: 'remove', path: '/data' }], { type: 'json' });
    await kubernetes.patch(CONFIG_MAPS, X, { data: null }, { type: 'merge', dryRun: true });
    await kubernetes.delete(CONFIG_MAPS, X, { dryRun: true });
    const collection = '/api/v1/namespaces/default/configmaps';
    expect(asked()).toEqual([
      {
        method: 'PATCH',
        path: `${collection}/x`,
        query: { fieldManager: 'me', force: 'true', dryRun: 'All' },
        type: 'application/apply-patch+yaml',
        body: object,
      },
      {
        method: 'PATCH',
        path: `${collection}/x`,
        query: { fieldManager: 'me' },
        type: 'application/apply-patch+yaml',
        body: object,
      },
      {
        method: 'POST',
        path: collection,
        query: { fieldManager: 'me', dryRun: 'All' },
        type: 'application/json',
        body: object,
      },
      { method: 'PUT', path: `${collection}/x`, query: {}, type: 'application/json', body: object },
      {
        method: 'PATCH',
        path: `${collection}/x/status`,
        query: { fieldManager: 'me' },
        type: 'application/merge-patch+json',
        body: { data: null },
      },
      {
        method: 'PATCH',
        path: `${collection}/x`,
        query: {},
        type: 'application/json-patch+json',
        body: [{ op: 'remove', path: '/data' }],
      },
      {
        method: 'PATCH',
        path: `${collection}/x`,
        query: { dryRun: 'All' },
        type: 'application/merge-patch+json',
        body: { data: null },
      },
      {
        method: 'DELETE',
        path: `${collection}/x`,
        query: {},
        type: 'application/json',
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', dryRun: ['All'] },
      },
    ]);
  });

  it('fail with the words and causes of the server', async () => {
    const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.data.a' }];
    const kubernetes = await start((_request, response) => {
      refuse(response, { code: 409, reason: 'Conflict', message: 'Apply failed with 1 conflict', details: { causes } });
    });
    const error = await rejection(kubernetes.apply(CONFIG_MAPS, configMap('x'), { fieldManager: 'me' }));
    expect(error).toMatchObject({
      code: 'ApiConflict',
      message: 'cannot apply ConfigMap default/x: Apply failed with 1 conflict',
    });
    expect(apiStatusOf(error)?.causes).toEqual(causes);
  });

  it('of a namespaced kind need a namespace', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
    const kubernetes = new KubernetesCluster({
      server: 'http://127.0.0.1:1',
      context: 'none',
      namespace: 'default',
      insecureSkipTlsVerify: false,
      user: {},
    });
    expect(await rejection(kubernetes.create(CONFIG_MAPS, object))).toMatchObject({ code: 'ObjectInvalid' });
  });
});

describe('delete', () => {
  it('sends preconditions, propagation and grace', async () => {
    const kubernetes = await start(echo);
    await kubernetes.delete(CONFIG_MAPS, X);
    await kubernetes.delete(CONFIG_MAPS, X, {
      uid: 'u',
      resourceVersion: '3',
      propagation: 'Orphan',
      gracePeriodSeconds: 0,
    });
    const options = { apiVersion: 'v1', kind: 'DeleteOptions' };
    expect(asked().map(({ body }) => body)).toEqual([
      { ...options, propagationPolicy: 'Background' },
      {
        ...options,
        propagationPolicy: 'Orphan',
        gracePeriodSeconds: 0,
        preconditions: { uid: 'u', resourceVersion: '3' },
      },
    ]);
  });

  it('takes an absent object for deleted', async () => {
    const kubernetes = await start((_request, response) => {
      refuse(response, { code: 404, reason: 'NotFound', message: 'not found', details: { name: 'x' } });
    });
    await expect(kubernetes.delete(CONFIG_MAPS, X)).resolves.toBeUndefined();
  });
});

describe('raw', () => {
  it('gives the JSON below a path', async () => {
    const kubernetes = await start((request, response) => {
      json(response, 200, { path: request.url.pathname });
    });
    expect(await kubernetes.raw('/version')).toEqual({ path: '/version' });
  });
});

describe('connectCluster', () => {
  it('speaks to the cluster of a kubeconfig, as its user or as somebody else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'adrasteia-'));
    const kubeconfig = join(directory, 'config');
    api = await startApi(echo);
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        'current-context': 'here',
        clusters: [{ name: 'c', cluster: { server: api.server } }],
        users: [{ name: 'u', user: { token: 'secret' } }],
        contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
      }),
    );
    cluster = connectCluster({ kubeconfig, impersonate: { user: 'ada', groups: ['staff'] } });
    await cluster.get(CONFIG_MAPS, X);
    expect(api.received[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'impersonate-user': 'ada',
      'impersonate-group': 'staff',
    });
    rmSync(directory, { recursive: true });
  });
});
