/**
 * All keys and certificates of an API server: its authority, its own certificate, its clients' and the key that signs
 * service account tokens. What is missing is made, what is about to expire or names other hosts is made anew.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  type CertificateSubject,
  type CertifiedKey,
  createAuthority,
  isAddress,
  issueClientCertificate,
  issueServerCertificate,
  newPrivateKey,
} from './certificate-authority';
import type { CredentialStore } from './credential-store';

export interface ServerCredentials {
  /** The authority's certificate in PEM: what clients trust, and by which the server knows client certificates. */
  readonly authority: string;
  /** The server's own. */
  readonly serving: CertifiedKey;
  /** The private key of service account tokens, in PEM. */
  readonly serviceAccountKey: string;
  /**
   * The kept certificate of a client, made where there is none, where it is about to expire or says another subject. The
   * name is that of its files: lower-case letters, digits and dashes.
   */
  clientCertificate(name: string, subject: CertificateSubject, now: Date): Promise<CertifiedKey>;
  /** The server's certificate as it should be now; the kept one while that is good. */
  renewServing(now: Date): Promise<CertifiedKey>;
}

/** The hosts under which every API server is known, beside those that it is told. */
export const USUAL_HOSTS: readonly string[] = [
  '127.0.0.1',
  '::1',
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

/** A client who may do everything. */
export const ADMINISTRATOR: CertificateSubject = {
  commonName: 'adrasteia-admin',
  organizations: ['system:masters'],
};

/** With less than this left, a certificate is made anew. */
const RENEWAL_MS = 60 * 86_400_000;
const CLIENT_NAME = /^[a-z0-9][a-z0-9-]*$/;
const AUTHORITY_NAME = 'kubernetes-ca';
const SERVER_NAME = 'kube-apiserver';

/** Opens the credentials in a store; `hosts` come in addition to the usual ones. */
export async function openServerCredentials(
  store: CredentialStore,
  { hosts = [], now }: { readonly hosts?: readonly string[]; readonly now: Date },
): Promise<ServerCredentials> {
  const allHosts = [...new Set([...USUAL_HOSTS, ...hosts])];
  const authority = await openAuthority(store, now);

  /** The kept certificate while it is good, else a new one, which is kept. */
  async function ensure(
    name: string,
    isGood: (certificate: X509Certificate) => boolean,
    { now: time, make }: { readonly now: Date; readonly make: () => Promise<CertifiedKey> },
  ): Promise<CertifiedKey> {
    const kept = await findPair(store, name);
    if (kept !== undefined && holds(kept, authority, time) && isGood(new X509Certificate(kept.certificate)))
      return kept;
    const made = await make();
    await writePair(store, name, made);
    return made;
  }

  const ensureServing = (time: Date): Promise<CertifiedKey> =>
    ensure('apiserver', (certificate) => servesHosts(certificate, allHosts), {
      now: time,
      make: () => issueServerCertificate(authority, { commonName: SERVER_NAME }, { hosts: allHosts, now: time }),
    });

  return {
    authority: authority.certificate,
    serving: await ensureServing(now),
    serviceAccountKey: await openServiceAccountKey(store),
    renewServing: ensureServing,
    async clientCertificate(name, subject, time) {
      if (!CLIENT_NAME.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name for the files of a client`);
      return ensure(`client-${name}`, (certificate) => saysSubject(certificate, subject), {
        now: time,
        make: () => issueClientCertificate(authority, subject, time),
      });
    },
  };
}

async function openAuthority(store: CredentialStore, now: Date): Promise<CertifiedKey> {
  const kept = await findPair(store, 'ca');
  if (kept !== undefined && holds(kept, kept, now)) return kept;
  const made = await createAuthority(AUTHORITY_NAME, now);
  await writePair(store, 'ca', made);
  return made;
}

/** Tokens outlive certificates: this key is never made anew. */
async function openServiceAccountKey(store: CredentialStore): Promise<string> {
  const kept = await store.find('service-account.key');
  if (kept !== undefined) return kept;
  const made = newPrivateKey();
  await store.write('service-account.key', made, true);
  return made;
}

async function findPair(store: CredentialStore, name: string): Promise<CertifiedKey | undefined> {
  const [certificate, key] = await Promise.all([store.find(`${name}.crt`), store.find(`${name}.key`)]);
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

/** The key first: a certificate without its key is what a crash must not leave as the only trace. */
async function writePair(store: CredentialStore, name: string, pair: CertifiedKey): Promise<void> {
  await store.write(`${name}.key`, pair.key, true);
  await store.write(`${name}.crt`, pair.certificate, false);
}

/** True for a certificate of this authority, with its key, that holds for a while yet. What can't be read doesn't hold. */
function holds(pair: CertifiedKey, authority: CertifiedKey, now: Date): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate);
    const issuer = new X509Certificate(authority.certificate);
    return (
      Date.parse(certificate.validFrom) <= now.getTime() &&
      Date.parse(certificate.validTo) - now.getTime() > RENEWAL_MS &&
      certificate.verify(issuer.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(pair.key))
    );
  } catch {
    return false;
  }
}

function servesHosts(certificate: X509Certificate, hosts: readonly string[]): boolean {
  return hosts.every(
    (host) => (isAddress(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined,
  );
}

function saysSubject(certificate: X509Certificate, { commonName, organizations = [] }: CertificateSubject): boolean {
  const told = [...organizations.map((organization) => `O=${organization}`), `CN=${commonName}`].join('\n');
  return certificate.subject === told;
}
