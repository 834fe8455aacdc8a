/**
 * Credentials from exec plugins, as cloud providers' kubeconfigs use them.
 *
 * A plugin runs when a credential is first needed, when the last one has expired, and after the server refused it;
 * requests that need one at the same moment share one run.
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
import { spawn } from 'node:child_process';
import { isatty } from 'node:tty';
import { isJsonObject } from '../../api/json';
import { AdrasteiaError } from '../../errors';
import type { Clock } from '../../ports/clock';
import { pemReader } from './changing-file';
import type { ClusterConnection, Credential, CredentialSource, ExecPlugin } from './connection';

/** A plugin that nobody can answer is ended after this long. */
const UNATTENDED_TIMEOUT_MS = 60_000;
const LONGEST_OUTPUT_BYTES = 1 << 20;

interface Issued {
  readonly credential: Credential;
  readonly expiresAt: number;
}

/** Credentials that a plugin issues, together with those the user has without it (`own`). */
export function execCredentials(
  plugin: ExecPlugin,
  connection: ClusterConnection,
  clock: Clock,
  own: () => Credential,
): CredentialSource {
  let issued: Issued | undefined;
  let running: Promise<Credential> | undefined;

  const run = (): Promise<Credential> => {
    running ??= issue(plugin, connection, clock, own())
      .then((fresh) => {
        issued = fresh;
        return fresh.credential;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  return {
    current: () => (issued !== undefined && clock.now() < issued.expiresAt ? issued.credential : run()),
    renew: async (refused) => {
      // A newer credential may have been issued while the refused request was under way.
      if (issued?.credential === refused) await run();
      return true;
    },
  };
}

async function issue(
  plugin: ExecPlugin,
  connection: ClusterConnection,
  clock: Clock,
  own: Credential,
): Promise<Issued> {
  const interactive = plugin.interactiveMode !== 'Never' && isatty(0);
  if (plugin.interactiveMode === 'Always' && !interactive) {
    throw failure(plugin, 'it asks for input, and there is no terminal');
  }
  const info = JSON.stringify(execInfo(plugin, connection, interactive));
  const output = await outputOf(plugin, info, interactive, clock);
  return readCredential(plugin, output, own);
}

/** The `ExecCredential` that a plugin is given. */
function execInfo(plugin: ExecPlugin, connection: ClusterConnection, interactive: boolean): unknown {
  const authority = pemReader(connection.certificateAuthority, 'certificate authority')();
  const cluster = {
    server: connection.server,
    ...(connection.tlsServerName === undefined ? {} : { 'tls-server-name': connection.tlsServerName }),
    ...(connection.insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(authority === undefined ? {} : { 'certificate-authority-data': Buffer.from(authority).toString('base64') }),
    ...(connection.proxyUrl === undefined ? {} : { 'proxy-url': connection.proxyUrl }),
    config: plugin.clusterConfig ?? null,
  };
  return {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive, ...(plugin.provideClusterInfo ? { cluster } : {}) },
  };
}

function outputOf(plugin: ExecPlugin, info: string, interactive: boolean, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(plugin.command, [...plugin.args], {
      env: { ...process.env, ...plugin.env, KUBERNETES_EXEC_INFO: info },
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', interactive ? 'inherit' : 'pipe'],
    });
    const giveUp = (reason: string, cause?: unknown): void => {
      cancelTimeout();
      child.kill();
      reject(failure(plugin, reason, cause));
    };
    const cancelTimeout = interactive
      ? () => undefined
      : clock.schedule(UNATTENDED_TIMEOUT_MS, () => {
          giveUp(`it did not end within ${UNATTENDED_TIMEOUT_MS / 1000} s`);
        });
    const output: Buffer[] = [];
    let outputBytes = 0;
    let complaint = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length;
      if (outputBytes > LONGEST_OUTPUT_BYTES) giveUp(`it printed more than ${LONGEST_OUTPUT_BYTES} bytes`);
      else output.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-1000);
    });
    child.on('error', (cause) => {
      giveUp(cause.message, cause);
    });
    child.on('close', (code, signal) => {
      const lastLine = complaint.trim().split('\n').at(-1)?.trim() ?? '';
      const words = lastLine === '' ? '' : `: ${lastLine.slice(0, 300)}`;
      if (code !== 0) {
        giveUp(`it ended with ${code === null ? `signal ${signal ?? 'unknown'}` : `exit code ${code}`}${words}`);
        return;
      }
      cancelTimeout();
      resolve(Buffer.concat(output).toString('utf8'));
    });
  });
}

function readCredential(plugin: ExecPlugin, output: string, own: Credential): Issued {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    // The parser's message would quote the output, and with it perhaps the token.
    throw failure(plugin, 'its output is no JSON');
  }
  if (!isJsonObject(answer) || answer['kind'] !== 'ExecCredential' || answer['apiVersion'] !== plugin.apiVersion) {
    throw failure(plugin, `its output is no ExecCredential of ${plugin.apiVersion}`);
  }
  const status = isJsonObject(answer['status']) ? answer['status'] : {};
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = status;
  if (typeof token !== 'string' && typeof certificate !== 'string')
    throw failure(plugin, 'it issued neither a token nor a certificate');
  if ((typeof certificate === 'string') !== (typeof key === 'string'))
    throw failure(plugin, 'it issued a certificate without its key, or a key alone');
  const expiresAt =
    typeof expirationTimestamp === 'string' ? Date.parse(expirationTimestamp) : Number.POSITIVE_INFINITY;
  if (Number.isNaN(expiresAt)) throw failure(plugin, 'its expirationTimestamp is no RFC 3339 time');
  return {
    credential: {
      ...own,
      ...(typeof token === 'string' ? { authorization: `Bearer ${token}` } : {}),
      ...(typeof certificate === 'string' && typeof key === 'string' ? { certificate, key } : {}),
    },
    expiresAt,
  };
}

function failure(plugin: ExecPlugin, reason: string, cause?: unknown): AdrasteiaError {
  const hint = plugin.installHint === undefined ? '' : ` (${plugin.installHint.replace(/\s+/g, ' ').trim()})`;
  return new AdrasteiaError(
    'CredentialPluginFailed',
    `credential plugin ${JSON.stringify(plugin.command)} failed: ${reason}${hint}`,
    { cause },
  );
}
