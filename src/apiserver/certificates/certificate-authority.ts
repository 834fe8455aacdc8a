/**
 * The server's own certificate authority (ECDSA, P-256): it signs the server's certificate and those of its clients.
 */
import 'reflect-metadata';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  webcrypto,
} from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate with its private key, both in PEM. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

/** Whom a certificate is for. */
export interface CertificateSubject {
  readonly commonName: string;
  /** Groups, for a client. */
  readonly organizations?: readonly string[];
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
const CERTIFICATE_DAYS = 365;
/** Certificates hold from a little earlier, for clients whose clocks are behind. */
const BACKDATED_MS = 5 * 60_000;

/** A new authority that holds for ten years. */
export async function createAuthority(commonName: string, now: Date): Promise<CertifiedKey> {
  const pair = newKeyPair();
  const keys = await cryptoKeys(pair.privateKey);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ CN: [commonName] }],
      ...validity(now, AUTHORITY_DAYS),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), key: pair.pem };
}

/** A new certificate for a server that is reached under these hosts (names and addresses); it holds for a year. */
export function issueServerCertificate(
  authority: CertifiedKey,
  subject: CertificateSubject,
  { hosts, now }: { readonly hosts: readonly string[]; readonly now: Date },
): Promise<CertifiedKey> {
  const names = hosts.map((host) => ({ type: isAddress(host) ? ('ip' as const) : ('dns' as const), value: host }));
  return issue(authority, subject, now, [
    new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
    new x509.SubjectAlternativeNameExtension(names),
  ]);
}

/** A new certificate for a client; it holds for a year. */
export function issueClientCertificate(
  authority: CertifiedKey,
  subject: CertificateSubject,
  now: Date,
): Promise<CertifiedKey> {
  return issue(authority, subject, now, [new x509.ExtendedKeyUsageExtension([CLIENT_AUTH])]);
}

async function issue(
  authority: CertifiedKey,
  { commonName, organizations = [] }: CertificateSubject,
  now: Date,
  extensions: x509.Extension[],
): Promise<CertifiedKey> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const signer = await cryptoKeys(createPrivateKey(authority.key));
  const pair = newKeyPair();
  const { publicKey } = await cryptoKeys(pair.privateKey);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: [...organizations.map((organization) => ({ O: [organization] })), { CN: [commonName] }],
      issuer: issuer.subjectName.toJSON(),
      ...validity(now, CERTIFICATE_DAYS),
      publicKey,
      signingKey: signer.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
        ...extensions,
        await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), key: pair.pem };
}

function validity(now: Date, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const time = now.getTime();
  return { notBefore: new Date(time - BACKDATED_MS), notAfter: new Date(time + days * DAY_MS) };
}

/** A new private key (PKCS #8, PEM) on the curve P-256. */
export function newPrivateKey(): string {
  return newKeyPair().pem;
}

function newKeyPair(): { readonly privateKey: KeyObject; readonly pem: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
}

async function cryptoKeys(key: KeyObject): Promise<webcrypto.CryptoKeyPair> {
  const secret = key.export({ format: 'der', type: 'pkcs8' });
  const open = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const { subtle } = webcrypto;
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey('pkcs8', secret, ALGORITHM, true, ['sign']),
    subtle.importKey('spki', open, ALGORITHM, true, ['verify']),
  ]);
  return { privateKey, publicKey };
}

/** Positive, and nobody's guess. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

/** IPv4 or IPv6. */
export function isAddress(host: string): boolean {
  return host.includes(':') || /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(host);
}
