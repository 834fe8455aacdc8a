/** What stands between `BEGIN` and `END`: requests and certificates in the members of a signing request, base64 on top. */
import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN ([^-]+)-----\r?\n([\s\S]*?)-----END \1-----/g;
const DER_SEQUENCE = 0x30;

interface PemBlock {
  readonly type: string;
  readonly text: string;
  readonly body: string;
}

function blocksIn(base64: string): readonly PemBlock[] {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  return [...text.matchAll(BLOCK)].map(([whole, type = '', body = '']) => ({ type, text: whole, body }));
}

/** What is wrong with a request; undefined where it is a PKCS#10 request, as far as can be told without reading all of it. */
export function requestProblem(base64: string): string | undefined {
  const [block] = blocksIn(base64);
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  const der = Buffer.from(block.body, 'base64');
  if (der.length === 0) return 'asn1: syntax error: sequence truncated';
  return der[0] === DER_SEQUENCE ? undefined : "asn1: structure error: tags don't match";
}

/** What is wrong with an issued certificate; undefined where nothing is, or where there is none. */
export function certificateProblem(base64: string): string | undefined {
  if (base64 === '') return undefined;
  const blocks = blocksIn(base64);
  for (const { type, text, body } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (body.includes(':')) return 'no PEM block headers are permitted';
    if (!isCertificate(text)) return 'x509: malformed certificate';
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
