/**
 * Where two servers' answers differ, after what must differ was taken out: identities, versions, times, tokens, addresses.
 * Each such value becomes a mark, so that its presence and its kind are still compared.
 */
import type { Answer } from './target';

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const TOKEN = /^ey[\w-]+\.[\w-]+\.[\w-]+$/;
const CLUSTER_IP = /^10\.96\.\d+\.\d+$/;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*/;
/** What a server adds to a generated name: at the end of a value, or of a quoted name in a message. */
const GENERATED = /-[bcdfghjklmnpqrstvwxz2456789]{5}(?=$|")/g;

/** A place where answers differ: what is there in the one and in the other. */
export interface Difference {
  /** `status`, `warnings`, `.metadata.labels.app`, … */
  readonly at: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** The differences of two answers; empty where they are equal. */
export function differencesOf(left: Answer, right: Answer): readonly Difference[] {
  const found: Difference[] = [];
  if (left.status !== right.status) found.push({ at: 'status', left: left.status, right: right.status });
  const [leftType = '', rightType = ''] = [left, right].map(({ contentType }) => contentType.split(';', 1)[0]);
  if (leftType !== rightType) found.push({ at: 'content-type', left: leftType, right: rightType });
  compare(left.warnings.map(marked), right.warnings.map(marked), 'warnings', found);
  compare(bodyOf(left.text), bodyOf(right.text), '', found);
  return found;
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const lines = text.split('\n').filter((line) => line !== '');
    try {
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      return text;
    }
  }
}

function compare(first: unknown, second: unknown, at: string, found: Difference[]): void {
  const [left, right] = [ordered(first, at), ordered(second, at)];
  if (Array.isArray(left) && Array.isArray(right)) {
    for (let index = 0; index < Math.max(left.length, right.length); index += 1)
      compare(left[index], right[index], `${at}[${String(index)}]`, found);
    return;
  }
  if (isRecord(left) && isRecord(right)) {
    const [own, other] = [withMarkedKeys(left), withMarkedKeys(right)];
    for (const name of new Set([...Object.keys(own), ...Object.keys(other)]))
      compare(own[name], other[name], `${at}.${name}`, found);
    return;
  }
  const [ownLeft, ownRight] = [valueOf(left, at), valueOf(right, at)];
  if (ownLeft !== ownRight) found.push({ at, left, right });
}

/** Identities may also be keys: of owner references in managed fields. */
function withMarkedKeys(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.replace(UID, '<uid>'), member]));
}

/** Lists whose order is no part of an answer: field managers are sorted by seconds, rules come out of a Go map. */
function ordered(value: unknown, at: string): unknown {
  if (!Array.isArray(value)) return value;
  if (at.endsWith('.managedFields'))
    return sortedBy(value, ({ operation, manager, apiVersion, subresource }) => [
      operation,
      manager,
      apiVersion,
      subresource,
    ]);
  if (/\.(?:resourceRules|nonResourceRules)$/.test(at)) return sortedBy(value, (rule) => rule);
  return value;
}

function sortedBy(items: readonly unknown[], keyOf: (item: Readonly<Record<string, unknown>>) => unknown): unknown[] {
  const text = (item: unknown): string => JSON.stringify(keyOf(isRecord(item) ? item : {}));
  return [...items].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function valueOf(value: unknown, at: string): unknown {
  // The service `kubernetes` leads to the server's own port.
  if (at.endsWith('.targetPort') && typeof value === 'number' && value > 30_000) return '<port>';
  if (at.endsWith('serverAddress')) return value === undefined ? undefined : '<server>';
  if (/\.(?:nodePort|healthCheckNodePort)$/.test(at)) return value === undefined ? undefined : '<port>';
  return typeof value === 'string' ? textOf(value, at) : value;
}

function textOf(text: string, at: string): string {
  if (/\.(?:resourceVersion|continue|etag|hash|storageVersionHash)$/.test(at))
    return text === '' || text === '0' ? text : '<version>';
  if (TIME.test(text)) return '<time>';
  if (TOKEN.test(text)) return '<token>';
  if (CLUSTER_IP.test(text)) return '<address>';
  if (/\.cells\[\d+\]$/.test(at) && /^\d+[smhdy]/.test(text)) return '<age>';
  return marked(text);
}

function marked(text: string): string {
  return (
    text
      .replace(UID, '<uid>')
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
      .replace(
        /(resource version:?|current:|ResourceVersion|ResourceVersion in (?:the precondition|record)) ["(]?\d+[")]?(?: \(\d+\))?/gi,
        '$1 <version>',
      )
      .replace(/10\.96\.\d+\.\d+/g, '<address>')
      .replace(/:3[0-2]\d{3}\/(TCP|UDP|SCTP)/g, ':<port>/$1')
      .replace(CERTIFICATE, '<certificate>')
      .replace(GENERATED, '-<name>')
      // A document's hash is that of its bytes, which two JSON writers order differently; documents are compared themselves.
      .replace(/\?hash=[0-9A-F]+/g, '?hash=<hash>')
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
