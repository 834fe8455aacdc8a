/**
 * The webhook's certificate: made here, kept in a Secret so that all replicas serve the same one, believed by the API server because
 * its authority stands in the webhook's configuration, and made anew long before it ends.
 *
 * Each authority signs one certificate, and its key is thrown away. The one before stays believed until the next, so that a replica
 * that hasn't seen the new certificate yet is still trusted. A replica looks after all of it every minute; of two that renew at once
 * the second one takes what the first has written.
 */
import { X509Certificate } from 'node:crypto';
import { isJsonObject } from '../../api/json';
import { type KubeObject, valueAt } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { FIELD_MANAGER } from '../../api/well-known';
import { createAuthority, issueServerCertificate } from '../../apiserver/certificates/certificate-authority';
import { hasCode } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { QUOTA_WEBHOOK, QUOTA_WEBHOOK_NAME } from '../../tenancy/quota-webhook';

const SECRET: ResourceType = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
const CONFIGURATION: ResourceType = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  namespaced: false,
};

/** What a server is set up with, in PEM. */
export interface ServedCertificate {
  readonly certificate: string;
  readonly key: string;
  /** Authorities that are believed. */
  readonly authorities: string;
}

export interface CertificatesOptions {
  readonly cluster: Cluster;
  /** Where the Secret is. */
  readonly namespace: string;
  /** Names and addresses under which the API server calls. */
  readonly hosts: readonly string[];
  /** Name of the Secret and of the configuration. Default `adrasteia-quota`. */
  readonly name?: string;
}

/** A certificate is renewed when a third of its time is left. */
const LEFT = 1 / 3;

/** The certificate to serve with now, of which the configuration knows by then. Throws what the cluster throws. */
export async function currentCertificate(options: CertificatesOptions, now: Date): Promise<ServedCertificate> {
  const { cluster, namespace, name = QUOTA_WEBHOOK_NAME } = options;
  const secret = await cluster.get(SECRET, { namespace, name });
  const kept = secret === undefined ? undefined : certificateIn(secret);
  const current = kept !== undefined && isGood(kept, options.hosts, now) ? kept : await renewed(options, secret, now);
  await publish(options, current.authorities);
  return current;
}

async function renewed(
  { cluster, namespace, hosts, name = QUOTA_WEBHOOK_NAME }: CertificatesOptions,
  secret: KubeObject | undefined,
  now: Date,
): Promise<ServedCertificate> {
  const authority = await createAuthority(`${name} of ${now.toISOString()}`, now);
  const issued = await issueServerCertificate(authority, { commonName: hosts[0] ?? name }, { hosts, now });
  const [before = ''] =
    /-----BEGIN[^]*?-----END CERTIFICATE-----\n/.exec(
      secret === undefined ? '' : (certificateIn(secret)?.authorities ?? ''),
    ) ?? [];
  const next = { ...issued, authorities: `${authority.certificate}${before}` };
  const data = {
    'tls.crt': encoded(next.certificate),
    'tls.key': encoded(next.key),
    'ca.crt': encoded(next.authorities),
  };
  const metadata = { name, namespace };
  try {
    if (secret === undefined) {
      await cluster.create(
        SECRET,
        { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data },
        { fieldManager: FIELD_MANAGER },
      );
    } else {
      const { resourceVersion, uid } = secret.metadata;
      await cluster.patch(
        SECRET,
        metadata,
        { metadata: { resourceVersion, uid }, data },
        { type: 'merge', fieldManager: FIELD_MANAGER },
      );
    }
    return next;
  } catch (error) {
    if (!hasCode(error, 'ApiConflict', 'ApiAlreadyExists')) throw error;
    // Another replica was quicker.
    const theirs = await cluster.get(SECRET, metadata);
    const certificate = theirs === undefined ? undefined : certificateIn(theirs);
    if (certificate === undefined) throw error;
    return certificate;
  }
}

/** Says in the configuration whom to believe. Without a configuration nobody calls, and nothing has to be said. */
async function publish(
  { cluster, name = QUOTA_WEBHOOK_NAME }: CertificatesOptions,
  authorities: string,
): Promise<void> {
  const configuration = await cluster.get(CONFIGURATION, { name });
  const webhooks = configuration?.['webhooks'];
  const index = Array.isArray(webhooks)
    ? webhooks.findIndex((webhook) => isJsonObject(webhook) && webhook['name'] === QUOTA_WEBHOOK)
    : -1;
  if (index < 0) return;
  const caBundle = encoded(authorities);
  if (valueAt(configuration, ['webhooks', index, 'clientConfig', 'caBundle']) === caBundle) return;
  const at = `/webhooks/${index}`;
  await cluster.patch(
    CONFIGURATION,
    { name },
    [
      { op: 'test', path: `${at}/name`, value: QUOTA_WEBHOOK },
      { op: 'add', path: `${at}/clientConfig/caBundle`, value: caBundle },
    ],
    { type: 'json', fieldManager: FIELD_MANAGER },
  );
}

function certificateIn(secret: KubeObject): ServedCertificate | undefined {
  const [certificate, key, authorities] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) => {
    const value = valueAt(secret, ['data', name]);
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
  });
  if (certificate === undefined || key === undefined || authorities === undefined) return undefined;
  return { certificate, key, authorities };
}

/** Whether it is for all of these hosts, and for long enough. */
function isGood({ certificate }: ServedCertificate, hosts: readonly string[], now: Date): boolean {
  try {
    const read = new X509Certificate(certificate);
    const [from, to] = [Date.parse(read.validFrom), Date.parse(read.validTo)];
    return (
      now.getTime() < to - (to - from) * LEFT &&
      hosts.every((host) => read.checkHost(host) !== undefined || read.checkIP(host) !== undefined)
    );
  } catch {
    return false;
  }
}

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
