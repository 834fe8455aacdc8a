/**
 * What a check costs the gate: the gate as a process of its own on an embedded API, asked by gRPC as sidecars ask, for a
 * hundred people who are signed in to a hundred environments. CPU is the gate process's own, as it counts it itself.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';
import { CUSTOM_RESOURCE_DEFINITION, NAMESPACE } from '../constructs/parts/resource-types';
import { ENVIRONMENT_ACCESS, type EnvironmentAccess } from '../src/access/environment-access';
import { sidecarConfiguration } from '../src/access/envoy/sidecar-configuration';
import { GATE, GATE_NAME, GATE_SERVICE } from '../src/access/gate';
import { connectCluster } from '../src/adapters/kubernetes/client';
import { systemClock } from '../src/adapters/system-clock';
import { apiVersionOf } from '../src/api/resource-type';
import { ApiServer } from '../src/apiserver/api-server';
import { MemoryStorage } from '../src/apiserver/storage/memory-storage';
import type { Cluster } from '../src/ports/cluster';
import { CHECK, NO_METADATA } from '../src/programs/gate/authorization/ext-authz/authorization-service';
import { writeCheckRequest } from '../src/programs/gate/authorization/ext-authz/check-request';
import { KeyRing } from '../src/programs/gate/keys/key-ring';
import { SealedTokens } from '../src/programs/gate/keys/sealed-tokens';
import { environmentCookieName } from '../src/programs/gate/sessions/environment-address';
import { claimsOfSession } from '../src/programs/gate/sessions/session';
import { crdOf } from '../src/schema/crd';

const GATE_NAMESPACE = GATE_SERVICE.namespace;
const GATE_URL = 'https://gate.example.org';
const ISSUER = 'https://id.example.org';
const PEOPLE = 100;
const CHECKS = 20_000;
/** Connections, as if from so many sidecars. */
const CONNECTIONS = 20;
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Measures the gate that `program` starts, by default the built one, and prints a line for each load. */
export async function benchGate(
  print: (line: string) => void,
  program = join(__dirname, '../images/programs/gate.js'),
) {
  const directory = mkdtempSync(join(tmpdir(), 'adrasteia-bench-gate-'));
  const server = await ApiServer.start({ storage: new MemoryStorage(), clock: systemClock, log: QUIET });
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(await server.adminKubeconfig()), { mode: 0o600 });
  const cluster = connectCluster({ kubeconfig });
  const environments = await install(cluster);
  const ports = { authorization: await freePort(), metrics: await freePort() };
  const gate = spawn(process.execPath, [program], {
    env: {
      ...process.env,
      KUBECONFIG: kubeconfig,
      HOST: '127.0.0.1',
      PUBLIC_PORT: '0',
      DISCOVERY_PORT: '0',
      AUTHORIZATION_PORT: String(ports.authorization),
      METRICS_PORT: String(ports.metrics),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const clients = Array.from({ length: CONNECTIONS }, (_each, index) => {
    // An option of its own keeps gRPC from sharing one connection.
    return new Client(`127.0.0.1:${ports.authorization}`, credentials.createInsecure(), { 'bench.connection': index });
  });
  try {
    await isReady(ports.metrics);
    const requests = await requestsOf(cluster, environments);
    await load({ clients, requests, checks: CHECKS / 4, concurrency: PEOPLE });
    for (const concurrency of [1, 10, PEOPLE]) {
      const before = await cpuSeconds(ports.metrics);
      const { seconds, latencies } = await load({ clients, requests, checks: CHECKS, concurrency });
      const cpu = ((await cpuSeconds(ports.metrics)) - before) * (1000 / CHECKS) * 1000;
      print(
        `gate, ${concurrency} at once: ${Math.round(CHECKS / seconds)} checks/s, p50 ${percentile(latencies, 50)} ms, ` +
          `p99 ${percentile(latencies, 99)} ms, CPU ${cpu.toFixed(0)} ms per 1,000 checks`,
      );
    }
  } finally {
    for (const client of clients) client.close();
    const ended = once(gate, 'exit');
    gate.kill('SIGTERM');
    await ended;
    await cluster.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function install(cluster: Cluster): Promise<readonly EnvironmentAccess[]> {
  for (const name of [GATE_NAMESPACE, 'team']) {
    await cluster.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  for (const schema of [GATE, ENVIRONMENT_ACCESS]) await cluster.create(CUSTOM_RESOURCE_DEFINITION, crdOf(schema));
  await pause(500);
  await cluster.create(GATE.type, {
    apiVersion: apiVersionOf(GATE.type),
    kind: GATE.type.kind,
    metadata: { name: GATE_NAME },
    spec: { url: GATE_URL, providers: [{ name: 'id', issuerUrl: ISSUER, clientId: 'gate' }] },
  });
  const made: EnvironmentAccess[] = [];
  for (let index = 0; index < PEOPLE; index++) {
    const spec = {
      address: { scheme: 'https', host: `env-${index}.example.org`, path: '/' },
      listenPort: 8000,
      app: { port: 8888, basePath: 'Keep' },
      authenticate: { method: 'OIDC', oidc: {} },
      authorize: [
        {
          grants: [
            { group: 'admins', level: 'Own' },
            { user: `user-${index}`, level: 'Own' },
          ],
        },
      ],
    };
    const object = { apiVersion: apiVersionOf(ENVIRONMENT_ACCESS.type), kind: ENVIRONMENT_ACCESS.type.kind, spec };
    const metadata = { namespace: 'team', name: `env-${index}` };
    made.push((await cluster.create(ENVIRONMENT_ACCESS.type, { ...object, metadata })) as EnvironmentAccess);
  }
  return made;
}

/** A question for each environment, by somebody who is signed in to it. */
async function requestsOf(cluster: Cluster, environments: readonly EnvironmentAccess[]): Promise<readonly Buffer[]> {
  const clock = systemClock;
  const keys = new KeyRing({ cluster, clock, log: QUIET, namespace: GATE_NAMESPACE, longestTokenMs: () => 86_400_000 });
  const stopping = new AbortController();
  const following = keys.follow(stopping.signal);
  while (!keys.isReady) await pause(20);
  const tokens = new SealedTokens(keys, clock);
  const now = clock.now();
  const requests = await Promise.all(
    environments.map(async (access, index) => {
      const user = `user-${index}`;
      const identity = {
        provider: 'id',
        subject: `subject-${index}`,
        user,
        email: `${user}@example.org`,
        groups: ['staff', 'students', 'everybody'],
        claims: {},
      };
      const scope = { kind: 'EnvironmentSession', issuer: GATE_URL, audience: access.metadata.uid ?? '' } as const;
      const session = { id: `session-${index}`, identity, issuerUrl: ISSUER, startedAtMs: now, seenAtMs: now };
      const token = await tokens.seal(scope, claimsOfSession(session), now + 86_400_000);
      return Buffer.from(
        writeCheckRequest(checkRequest(access, `${environmentCookieName('session', access)}=${token}`)),
      );
    }),
  );
  stopping.abort();
  await following;
  return requests;
}

/** What JupyterLab asks every few seconds, as a browser sends it. */
function checkRequest(access: EnvironmentAccess, sessionCookie: string): Parameters<typeof writeCheckRequest>[0] {
  const { host } = access.spec.address;
  const path = '/api/kernels?1763750000000';
  return {
    method: 'GET',
    path,
    host,
    scheme: 'http',
    sourceAddress: '10.0.0.3',
    contextExtensions: {
      environment: `team/${access.metadata.name}`,
      configuration: sidecarConfiguration(access),
    },
    headers: {
      ':authority': host,
      ':method': 'GET',
      ':path': path,
      ':scheme': 'http',
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'accept-language': 'en-GB,en;q=0.9',
      cookie: `_xsrf=2|ab12cd34|00112233445566778899aabbccddeeff|1763750000; ${sessionCookie}`,
      referer: `https://${host}/lab`,
      'sec-fetch-dest': 'empty',
      'sec-fetch-mode': 'cors',
      'sec-fetch-site': 'same-origin',
      'user-agent':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-proto': 'https',
      'x-request-id': '0d7c65ab-8eb9-4a42-a1f7-72b6cf8d1f2e',
      'x-xsrftoken': '2|ab12cd34|00112233445566778899aabbccddeeff|1763750000',
    },
  };
}

interface Load {
  readonly clients: readonly Client[];
  readonly requests: readonly Buffer[];
  readonly checks: number;
  readonly concurrency: number;
}

async function load({ clients, requests, checks, concurrency }: Load) {
  const latencies: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const work = async (): Promise<void> => {
    while (next < checks) {
      const index = next++;
      const client = clients[index % clients.length];
      const request = requests[index % requests.length];
      if (client === undefined || request === undefined) throw new Error('there is nothing to ask');
      const askedAt = performance.now();
      const answer = await ask(client, request);
      latencies.push(performance.now() - askedAt);
      // A status without a code is OK.
      if (answer[0] !== 0x0a || answer[1] !== 0) throw new Error(`a check was refused: ${answer.toString('utf8')}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { seconds: (performance.now() - startedAt) / 1000, latencies: latencies.sort((a, b) => a - b) };
}

function ask(client: Client, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { path, requestSerialize, responseDeserialize } = CHECK;
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, NO_METADATA, (error, answer) => {
      if (error === null && answer !== undefined) resolve(answer);
      else reject(error ?? new Error('no answer'));
    });
  });
}

function percentile(sorted: readonly number[], percent: number): string {
  return (sorted[Math.floor((sorted.length * percent) / 100)] ?? 0).toFixed(2);
}

async function cpuSeconds(port: number): Promise<number> {
  const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^process_cpu_seconds_total ([\d.e+-]+)/m.exec(page)?.[1]);
}

async function isReady(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const isThere = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await pause(100);
  }
  throw new Error('the gate is not ready within 30 s');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
