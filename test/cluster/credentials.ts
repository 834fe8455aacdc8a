/**
 * Who may ask a test cluster: one administrator with a token of this cluster's own, and service accounts by a key of its own.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files in the cluster's directory, readable by its user alone. */
export const CREDENTIAL_FILES = {
  tokens: 'tokens.csv',
  serviceAccountKey: 'service-account.key',
  /** The API server makes it when it starts: certificate and authority in one file. */
  certificate: 'certs/apiserver.crt',
  kubeconfig: 'kubeconfig',
} as const;

/** Makes what isn't there yet; a cluster that is started again keeps its own. */
export function ensureCredentials(directory: string): void {
  writeOnce(
    join(directory, CREDENTIAL_FILES.tokens),
    () => `${randomBytes(32).toString('base64url')},admin,admin,"system:masters"\n`,
  );
  writeOnce(join(directory, CREDENTIAL_FILES.serviceAccountKey), () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  });
}

/** The administrator's token. */
export function adminToken(directory: string): string {
  return readFileSync(join(directory, CREDENTIAL_FILES.tokens), 'utf8').split(',')[0] ?? '';
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
  const name = 'adrasteia-test';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server,
          'certificate-authority-data': Buffer.from(certificateAuthority(directory)).toString('base64'),
        },
      },
    ],
    users: [{ name, user: { token: adminToken(directory) } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  };
  // JSON is YAML.
  writeFileSync(kubeconfigPath(directory), `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}

function writeOnce(file: string, content: () => string): void {
  if (!existsSync(file)) writeFileSync(file, content(), { mode: 0o600, flag: 'wx' });
}
