/**
 * Who may ask a test cluster: one administrator and the programs of a node, each with a token of this cluster's own, and service
 * accounts by a key of its own.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterProblem } from './problem';

/** Files in the cluster's directory, readable by its user alone. */
export const CREDENTIAL_FILES = {
  tokens: 'tokens.csv',
  serviceAccountKey: 'service-account.key',
  /** The API server makes it when it starts: certificate and authority in one file. */
  certificate: 'certs/apiserver.crt',
  kubeconfig: 'kubeconfig',
} as const;

/** Who has a token: user and group. */
export interface Identity {
  readonly user: string;
  readonly group: string;
}

const ADMINISTRATOR: Identity = { user: 'admin', group: 'system:masters' };

/**
 * Makes what isn't there yet; a cluster that is started again keeps its own. Who else than the administrator has a token is
 * decided once.
 */
export function ensureCredentials(directory: string, others: readonly Identity[] = []): void {
  writeOnce(join(directory, CREDENTIAL_FILES.tokens), () =>
    [ADMINISTRATOR, ...others]
      .map(({ user, group }) => `${randomBytes(32).toString('base64url')},${user},${user},"${group}"\n`)
      .join(''),
  );
  writeOnce(join(directory, CREDENTIAL_FILES.serviceAccountKey), () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  });
}

/** The administrator's token. */
export function adminToken(directory: string): string {
  return tokenOf(directory, ADMINISTRATOR.user);
}

function tokenOf(directory: string, user: string): string {
  const lines = readFileSync(join(directory, CREDENTIAL_FILES.tokens), 'utf8').split('\n');
  const [token] = lines.map((line) => line.split(',')).find((fields) => fields[1] === user) ?? [];
  if (token === undefined) throw new ClusterProblem(`"${user}" has no token in "${directory}": take the cluster down`);
  return token;
}

/** The authority that signed the API server's certificate, PEM. */
export function certificateAuthority(directory: string): string {
  return readFileSync(join(directory, CREDENTIAL_FILES.certificate), 'utf8');
}

/** Path of the cluster's kubeconfig. */
export function kubeconfigPath(directory: string): string {
  return join(directory, CREDENTIAL_FILES.kubeconfig);
}

/** Writes the administrator's kubeconfig. It needs no other file. */
export function writeKubeconfig(directory: string, server: string): void {
  write(kubeconfigPath(directory), directory, server, ADMINISTRATOR.user);
}

/** Writes the kubeconfig of a program of the node and gives its path. */
export function writeProgramKubeconfig(directory: string, server: string, { user }: Identity): string {
  const file = join(directory, `${user.replaceAll(':', '-')}.kubeconfig`);
  write(file, directory, server, user);
  return file;
}

function write(file: string, directory: string, server: string, user: string): void {
  const name = 'adrasteia-test';
  const authority = Buffer.from(certificateAuthority(directory)).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name, user: { token: tokenOf(directory, user) } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  };
  // JSON is YAML.
  writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}

function writeOnce(file: string, content: () => string): void {
  if (!existsSync(file)) writeFileSync(file, content(), { mode: 0o600, flag: 'wx' });
}
