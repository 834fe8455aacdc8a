/**
 * The gate as a process of its own.
 *
 * Its namespace and ports come from the environment: `NAMESPACE`, by default `adrasteia-gate`; `HOST`, by default all
 * interfaces; `PUBLIC_PORT`, `AUTHORIZATION_PORT`, `DISCOVERY_PORT` and `METRICS_PORT`, by default 8080, 9001, 9002 and 9090.
 */
import { isMainThread } from 'node:worker_threads';
import { GATE_SERVICE } from '../../src/access/gate';
import { AdrasteiaError } from '../../src/errors';
import { AccessGate, PasswordThread, servePasswords } from '../../src/programs/gate';
import { runProgram } from './run-program';

/** Until every node knows that the pod is on its way out. */
const DRAIN_MS = 3000;

/** Passwords are compared in a thread that runs this same file. */
if (isMainThread) void runGate();
else servePasswords();

async function runGate(): Promise<void> {
  const hashes = new PasswordThread(__filename);
  await runProgram(
    'gate',
    (surroundings) =>
      new AccessGate({
        ...surroundings,
        namespace: process.env['NAMESPACE'] ?? GATE_SERVICE.namespace,
        host: process.env['HOST'] ?? '0.0.0.0',
        ports: {
          public: port('PUBLIC_PORT', 8080),
          authorization: port('AUTHORIZATION_PORT', GATE_SERVICE.authorizationPort),
          discovery: port('DISCOVERY_PORT', GATE_SERVICE.discoveryPort),
          metrics: port('METRICS_PORT', 9090),
        },
        hashes,
        drainMs: DRAIN_MS,
      }),
  );
  await hashes.close();
}

function port(variable: string, fallback: number): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new AdrasteiaError('UsageInvalid', `${variable} must be a port, not "${text}"`);
}
