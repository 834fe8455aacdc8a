/** Bundles of certificates by which a webhook is trusted. */
import { X509Certificate } from 'node:crypto';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** What is wrong with a bundle, Base64 of PEM; undefined where a certificate can be read, or there is no bundle. */
export function caBundleProblem(caBundle: string | undefined): string | undefined {
  if (caBundle === undefined || caBundle === '') return undefined;
  const pem = Buffer.from(caBundle, 'base64').toString('latin1');
  const certificates = blocksOf(pem);
  if (certificates.some(isCertificate)) return undefined;
  const why =
    certificates.length === 0
      ? 'unable to parse bytes as PEM block'
      : 'failed to parse certificate: x509: malformed certificate';
  return `unable to load root certificates: ${why}`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** What stands between marks; one pass, however long the bundle. */
function blocksOf(pem: string): string[] {
  const blocks: string[] = [];
  for (let from = pem.indexOf(BEGIN); from >= 0; ) {
    const end = pem.indexOf(END, from);
    if (end < 0) return blocks;
    blocks.push(pem.slice(from, end + END.length));
    from = pem.indexOf(BEGIN, end);
  }
  return blocks;
}
