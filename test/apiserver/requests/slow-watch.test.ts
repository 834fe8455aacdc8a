import { setImmediate } from 'node:timers/promises';
import { RunningServer } from '../running-server';

const PATH = '/api/v1/namespaces/default/configmaps';
const MIB = 1024 ** 2;

let server: RunningServer;
/** How many watches of config maps the server serves. */
let openWatches = 0;
beforeAll(async () => {
  server = await RunningServer.start();
  const { storage } = server;
  const subscribe = storage.subscribe.bind(storage);
  jest.spyOn(storage, 'subscribe').mockImplementation((prefix, after, sink) => {
    const end = subscribe(prefix, after, sink);
    if (prefix !== '/core/configmaps/default/') return end;
    openWatches += 1;
    return () => {
      openWatches -= 1;
      end();
    };
  });
});
afterAll(() => server.stop());

/** Past the API, which would take its time with such objects. */
async function create(name: string): Promise<void> {
  const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name }, data: { text: 'x'.repeat(MIB) } };
  const text = JSON.stringify(object);
  await server.storage.commit({ key: `/core/configmaps/default/${name}`, ifRevision: 0, text: () => text });
}

jest.setTimeout(60_000);

describe('a watch whose client does not read', () => {
  it('ends when much waits for the client, who finds whole events up to then', async () => {
    const from = String(server.storage.revision);
    const response = await server.open({ path: `${PATH}?watch=true&resourceVersion=${from}` });
    let created = 0;
    while (openWatches > 0) {
      await create(`large-${String(created)}`);
      created += 1;
      await setImmediate();
    }
    let text = '';
    for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) text += part;
    const events = text.trimEnd().split('\n');
    const names = events.map(
      (line) => (JSON.parse(line) as { object: { metadata: { name: string } } }).object.metadata.name,
    );
    expect(names).toEqual(names.map((_, index) => `large-${String(index)}`));
    expect(names.length).toBeGreaterThan(16);
    expect(names.length).toBeLessThanOrEqual(created);
  });

  it('goes on where the client only has much to read at the beginning', async () => {
    const response = await server.open({ path: `${PATH}?watch=true&resourceVersion=0&timeoutSeconds=60` });
    await create('late');
    let bytes = 0;
    let end = '';
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      end = (end + part.toString('latin1')).slice(-100_000);
      if (end.includes('"name":"late"')) break;
    }
    expect(bytes).toBeGreaterThan(16 * MIB);
  });
});
