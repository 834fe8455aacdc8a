/** Users who show a client certificate of the server's own authority: its common name is the user, its organizations the groups. */
import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { unauthorized } from '../status-error';
import type { Authenticator, UserInfo } from './authenticator';
import { CREDENTIAL_ID } from './service-account-user';
import { withAuthenticatedGroup } from './union-authenticator';

/** The part of a certificate's subject that says the user's UID. */
const UID_OID = '1.3.6.1.4.1.57683.2';

/** What a connection's certificate says, and while it holds. */
interface CertifiedUser {
  readonly user: UserInfo | undefined;
  readonly validFrom: number;
  readonly validTo: number;
}

/**
 * Tells users by the certificate of their connection. The TLS server must ask for one (`requestCert`), know the authority
 * (`ca`) and let others pass (`rejectUnauthorized: false`), so that tokens work too.
 *
 * A certificate is read once for each connection; its dates are looked at with each request.
 */
export function clientCertificates(now: () => Date): Authenticator {
  const known = new WeakMap<TLSSocket, CertifiedUser>();
  return {
    async authenticate({ socket }) {
      if (!(socket instanceof TLSSocket)) return undefined;
      let certified = known.get(socket);
      if (certified === undefined) {
        certified = readCertificate(socket);
        known.set(socket, certified);
      }
      if (certified.validTo === 0) return undefined;
      const time = now().getTime();
      if (time < certified.validFrom || time > certified.validTo) throw unauthorized();
      return certified.user;
    },
  };
}

const NO_CERTIFICATE: CertifiedUser = { user: undefined, validFrom: 0, validTo: 0 };

/** @throws StatusError 401 for a certificate that the authority didn't sign. */
function readCertificate(socket: TLSSocket): CertifiedUser {
  // A resumed session without a certificate counts as authorized in Node: what decides is that there is one.
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return NO_CERTIFICATE;
  if (!socket.authorized) throw unauthorized();
  const { subject } = socket.getPeerCertificate();
  const username = valuesOf(subject, 'CN').at(-1) ?? '';
  const uid = valuesOf(subject, UID_OID).at(-1);
  const digest = createHash('sha256').update(certificate.raw).digest('hex');
  const user: UserInfo = {
    username,
    ...(uid === undefined ? {} : { uid }),
    groups: valuesOf(subject, 'O'),
    extra: { [CREDENTIAL_ID]: [`X509SHA256=${digest}`] },
  };
  return {
    user: username === '' ? undefined : withAuthenticatedGroup(user),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  };
}

/** The values of one part of a subject: a string where there is one, a list where there are several. */
function valuesOf(subject: unknown, part: string): readonly string[] {
  if (typeof subject !== 'object' || subject === null || !Object.hasOwn(subject, part)) return [];
  const value = (subject as Record<string, unknown>)[part];
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}
