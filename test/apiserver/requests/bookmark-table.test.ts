import { RunningServer } from '../running-server';

const ACCEPT = 'application/json;as=Table;g=meta.k8s.io;v=v1';
const QUERY = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

let server: RunningServer;
beforeAll(async () => {
  server = await RunningServer.start();
});
afterAll(() => server.stop());

describe('a bookmark of a watch for tables', () => {
  it.each([
    ['services', ['', '', '<none>', '<unknown>', '<none>', '<unknown>', '<none>']],
    ['configmaps', ['', 0, '<unknown>']],
  ])('has the row of an object that is empty, as with kube-apiserver: %s', async (resource, cells) => {
    const path = `/api/v1/${resource}?${QUERY}&labelSelector=is%3Dnone`;
    const response = await server.open({ path, headers: { accept: ACCEPT } });
    let text = '';
    for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) {
      text += part;
      if (text.endsWith('\n')) break;
    }
    expect(JSON.parse(text)).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Table', rows: [{ cells }] } });
  });
});
