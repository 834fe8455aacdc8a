/**
 * A real Keycloak on this machine, with a database of its own and an administrator whose password nobody else knows. It ends
 * with the process that started it, if not before.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { eventually } from '../eventually';
import { BUILD_SETTINGS, keycloakFolder, PROCESS_ENVIRONMENT } from './installation';

/** How long it may take to start, in milliseconds: 20 s on a quiet machine. */
const PATIENCE_MS = 240_000;

const ADMINISTRATOR = 'administrator';

export class RunningKeycloak {
  readonly #installation: string;
  /** Holds the database. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'adrasteia-keycloak-'));
  readonly #password = randomBytes(16).toString('hex');
  readonly #place: Place;
  #child: ChildProcess | undefined;
  #said = '';

  private constructor(installation: string, place: Place) {
    this.#installation = installation;
    this.#place = place;
  }

  /** Starts one at free ports of an address of this machine; by default on loopback. Installs it where it isn't. */
  static async start({ address = '127.0.0.1' }: { readonly address?: string } = {}): Promise<RunningKeycloak> {
    const place = { address, port: await freePort(address), managementPort: await freePort(address) };
    const keycloak = new RunningKeycloak(await keycloakFolder(), place);
    try {
      await keycloak.#launch({
        KC_BOOTSTRAP_ADMIN_USERNAME: ADMINISTRATOR,
        KC_BOOTSTRAP_ADMIN_PASSWORD: keycloak.#password,
      });
    } catch (error) {
      await keycloak.stop();
      throw error;
    }
    return keycloak;
  }

  /** Its address, without a slash at the end. */
  get url(): string {
    const { address, port } = this.#place;
    return `http://${address}:${String(port)}`;
  }

  /** A client of its administrator, signed in anew, for `realm`; it is good for a minute. */
  async admin(realm = 'master'): Promise<KeycloakAdminClient> {
    const client = new KeycloakAdminClient({ baseUrl: this.url, realmName: 'master' });
    await client.auth({
      grantType: 'password',
      clientId: 'admin-cli',
      username: ADMINISTRATOR,
      password: this.#password,
    });
    client.setConfig({ realmName: realm });
    return client;
  }

  /** Ends it without grace; its database stays. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again, where it was, with what it had. */
  async startAgain(): Promise<void> {
    await this.kill();
    await this.#launch({});
  }

  /** Ends it, and removes its database. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #launch(more: Readonly<Record<string, string>>): Promise<void> {
    const { address, port, managementPort } = this.#place;
    // Its start script hands its process over to Java, so that the pid is Java's.
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', '--', join(this.#installation, 'bin', 'kc.sh'), 'start', '--optimized'],
      {
        cwd: this.#folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...PROCESS_ENVIRONMENT,
          ...BUILD_SETTINGS,
          // What was committed is on disk, as in the databases that people run it on: a delay lets H2 lose half a second.
          KC_DB_URL: `jdbc:h2:file:${join(this.#folder, 'database')};NON_KEYWORDS=VALUE;WRITE_DELAY=0`,
          KC_HOSTNAME: this.url,
          KC_HTTP_ENABLED: 'true',
          KC_HTTP_HOST: address,
          KC_HTTP_PORT: String(port),
          KC_HTTP_MANAGEMENT_PORT: String(managementPort),
          KC_LOG_LEVEL: 'warn',
          ...more,
        },
      },
    );
    this.#child = child;
    const note = (chunk: Buffer): void => {
      this.#said = `${this.#said}${chunk.toString()}`.slice(-8_000);
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    const isUp = async (): Promise<boolean> => {
      if (hasEnded(child)) throw new Error(`Keycloak ended with ${String(child.exitCode)}: ${this.#said}`);
      // Its health speaks of the database; that people are answered is seen by asking as they do.
      const isHealthy = await answers(`http://${address}:${String(managementPort)}/health/ready`);
      return isHealthy && (await answers(`${this.url}/realms/master/.well-known/openid-configuration`));
    };
    try {
      await eventually('Keycloak is healthy', isUp, PATIENCE_MS);
    } catch (error) {
      throw new Error(`${(error as Error).message}; it said: ${this.#said}`, { cause: error });
    }
  }
}

/** Where it listens. */
interface Place {
  readonly address: string;
  readonly port: number;
  readonly managementPort: number;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

async function freePort(address: string): Promise<number> {
  const server = createServer();
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
