/**
 * Who may approve and sign the requests for certificates, and what may be asked for.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/
 */
import 'reflect-metadata';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import type { UserInfo } from '../authentication/authenticator';
import { listAt, stringAt } from '../authentication/json-members';
import type { Authorizer } from '../authorization/authorizer';
import { PRIVILEGED_GROUP } from '../authorization/rbac-authorizer';
import { canonicalJson } from '../json/json-text';
import type { AdmissionPlugin } from './admission';
import { isAbout, refusedByAdmission } from './refusal';

const GROUP = 'certificates.k8s.io';
const RESOURCE = 'certificatesigningrequests';
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';

/** Whoever approves a request must be allowed to, for its signer. */
export function certificateApproval(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    validate(object, attributes) {
      const { operation, user, oldObject } = attributes;
      if (operation !== 'UPDATE' || !isAbout(attributes, GROUP, RESOURCE, ['approval'])) return undefined;
      const signer = stringAt(oldObject, 'spec', 'signerName');
      if (mayUseSigner(authorizer, user, 'approve', signer)) return undefined;
      const why = `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`;
      throw refusedByAdmission(attributes, object, why);
    },
  };
}

/** Whoever sets the certificate or the conditions of a request must be allowed to sign for its signer. */
export function certificateSigning(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    validate(object, attributes) {
      const { operation, user, oldObject } = attributes;
      if (operation !== 'UPDATE' || !isAbout(attributes, GROUP, RESOURCE, ['status'])) return undefined;
      const signed = (request: unknown): string =>
        canonicalJson([stringAt(request, 'status', 'certificate'), listAt(request, 'status', 'conditions')]);
      if (signed(object) === signed(oldObject)) return undefined;
      const signer = stringAt(oldObject, 'spec', 'signerName');
      if (mayUseSigner(authorizer, user, 'sign', signer)) return undefined;
      const why = `user not permitted to sign requests with signerName ${JSON.stringify(signer)}`;
      throw refusedByAdmission(attributes, object, why);
    },
  };
}

/** Nobody asks for a certificate that may do everything. */
export function certificateSubjectRestriction(): AdmissionPlugin {
  return {
    name: 'CertificateSubjectRestriction',
    validate(object, attributes) {
      if (attributes.operation !== 'CREATE' || !isAbout(attributes, GROUP, RESOURCE)) return undefined;
      if (stringAt(object, 'spec', 'signerName') !== CLIENT_SIGNER) return undefined;
      const organizations = findOrganizations(stringAt(object, 'spec', 'request'));
      if (organizations === undefined) {
        const why = 'failed to parse CSR: PEM block type must be CERTIFICATE REQUEST';
        throw refusedByAdmission(attributes, object, why);
      }
      if (!organizations.includes(PRIVILEGED_GROUP)) return undefined;
      const why = `use of ${CLIENT_SIGNER} signer with ${PRIVILEGED_GROUP} group is not allowed`;
      throw refusedByAdmission(attributes, object, why);
    },
  };
}

/** The organizations that a request (PEM, in base 64) names; undefined where it can't be read. */
function findOrganizations(request: string): readonly string[] | undefined {
  try {
    const pem = Buffer.from(request, 'base64').toString('utf8');
    return new Pkcs10CertificateRequest(pem).subjectName.getField('O');
  } catch {
    return undefined;
  }
}

/** Allowed for the signer itself, or for all of its domain. */
function mayUseSigner(authorizer: Authorizer, user: UserInfo, verb: string, signer: string): boolean {
  const [domain = ''] = signer.split('/');
  return [signer, `${domain}/*`].some(
    (name) =>
      authorizer.decide({
        user,
        verb,
        isResource: true,
        group: GROUP,
        version: '*',
        resource: 'signers',
        subresource: '',
        namespace: '',
        name,
        path: '',
      }).allowed,
  );
}
