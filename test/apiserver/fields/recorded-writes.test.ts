import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { type DraftObject, draftOf, ensureObject, findObject } from '../../../src/apiserver/draft';
import { fieldManager } from '../../../src/apiserver/fields/default-field-manager';
import type { FieldWrite } from '../../../src/apiserver/fields/field-manager';
import { StatusError } from '../../../src/apiserver/status-error';
import { differences } from './said';
import { managedType } from './schemas';

/** One write and what Kubernetes v1.34.4 answered, in the order in which they were made. */
interface RecordedWrite {
  readonly scenario: string;
  readonly because: string;
  readonly verb: 'create' | 'replace' | 'apply' | 'merge' | 'json' | 'strategic';
  readonly kind: string;
  readonly apiVersion: string;
  readonly manager: string;
  readonly subresource: string;
  readonly force: boolean;
  /** Fields of the spec that the server fills in after it has looked at who sets what. */
  readonly later?: readonly string[];
  /** What is applied and the endpoint doesn't take. */
  readonly reset?: readonly string[];
  readonly live: JsonObject | null;
  readonly sent: JsonValue;
  readonly code: number;
  readonly answer: JsonObject;
}

const WRITES = JSON.parse(readFileSync(join(__dirname, 'cases', 'recorded-writes.json'), 'utf8')) as RecordedWrite[];

/** The manager that the server takes from the recording client's `User-Agent: recorder/1.0`. */
const USER_AGENT = 'recorder';

function managedFieldsOf(object: JsonObject | null): readonly JsonObject[] {
  const { metadata } = object ?? {};
  return isJsonObject(metadata) ? ((metadata['managedFields'] ?? []) as readonly JsonObject[]) : [];
}

/** The moment of a write: that of the entries which it made. */
function momentOf({ live, answer }: RecordedWrite): Date {
  const before = new Set(managedFieldsOf(live).map((entry) => entry['time']));
  const made = managedFieldsOf(answer)
    .map((entry) => entry['time'])
    .filter((time) => typeof time === 'string' && !before.has(time));
  const last = made.sort().at(-1);
  return new Date(typeof last === 'string' ? last : '2030-01-01T00:00:00Z');
}

function writeOf(write: RecordedWrite): FieldWrite {
  const { kind, apiVersion, manager, subresource } = write;
  return {
    type: managedType(kind, subresource),
    apiVersion,
    kind,
    manager: manager === '' ? USER_AGENT : manager,
    subresource,
    now: momentOf(write),
  };
}

function inVersion(object: JsonObject, apiVersion: string): KubeObject {
  return { ...object, apiVersion } as unknown as KubeObject;
}

/** The object as the server has it when it looks at who sets what. */
function nextOf({ verb, sent, answer, later = [], live }: RecordedWrite): DraftObject {
  const next = draftOf(verb === 'replace' ? (sent as JsonObject) : answer);
  const metadata = ensureObject(next, 'metadata');
  for (const name of later) Reflect.deleteProperty(ensureObject(next, 'spec'), name);
  if (verb === 'replace') return next;
  const asked = isJsonObject(sent) && isJsonObject(sent['metadata']) ? sent['metadata']['managedFields'] : undefined;
  const held = managedFieldsOf(live);
  delete metadata['managedFields'];
  if (asked === undefined && held.length > 0) metadata['managedFields'] = draftOf(held as unknown as JsonObject);
  return next;
}

/** A status with its causes, and the problems of its message, in the order of the alphabet: the real server's is chance. */
function withoutChance(status: JsonObject): JsonObject {
  const { message, details } = status;
  const [first = '', ...lines] = (message as string).split('\n');
  const sorted = first.endsWith('errors:') ? [first, ...lines.sort()].join('\n') : message;
  if (!isJsonObject(details)) return { ...status, message: sorted };
  const causes = ((details['causes'] ?? []) as readonly JsonValue[]).map((cause) => JSON.stringify(cause)).sort();
  return { ...status, message: sorted, details: { ...details, causes } };
}

function statusOf(attempt: () => unknown): JsonObject {
  try {
    attempt();
  } catch (error) {
    if (error instanceof StatusError) return JSON.parse(JSON.stringify(error.status)) as JsonObject;
    throw error;
  }
  throw new Error('the write is let through');
}

const titled = WRITES.map((write, index): [string, RecordedWrite] => [
  `${index} ${write.scenario}: ${write.because}`,
  write,
]);

describe('the field manager answers as the real server answered', () => {
  const updates = titled.filter(([, { verb, code }]) => verb !== 'apply' && code < 300);
  test.each(updates)('%s (update)', (_, recorded) => {
    const next = nextOf(recorded);
    const { live, apiVersion, answer } = recorded;
    fieldManager.update(live === null ? undefined : inVersion(live, apiVersion), next, writeOf(recorded));
    expect(findObject(next, 'metadata')?.['managedFields'] ?? []).toEqual(managedFieldsOf(answer));
  });

  const applies = titled.filter(([, { verb, code }]) => verb === 'apply' && code < 300);
  test.each(applies)('%s (apply)', (_, recorded) => {
    const { live, apiVersion, sent, answer, force } = recorded;
    const result = fieldManager.apply(live === null ? undefined : inVersion(live, apiVersion), sent as JsonObject, {
      ...writeOf(recorded),
      force,
    });
    expect(findObject(result, 'metadata')?.['managedFields'] ?? []).toEqual(managedFieldsOf(answer));

    if (recorded.subresource !== '') return;
    expect(differences(result, answer)).toEqual(recorded.reset ?? []);
  });

  // What is refused as invalid comes through here: validation is somebody else's.
  const refused = titled.filter(([, { verb, code }]) => verb === 'apply' && code >= 300 && code !== 422);
  test.each(refused)('%s (refused)', (_, recorded) => {
    const { live, apiVersion, sent, answer, force } = recorded;
    const attempt = () =>
      fieldManager.apply(live === null ? undefined : inVersion(live, apiVersion), sent as JsonObject, {
        ...writeOf(recorded),
        force,
      });
    expect(withoutChance(statusOf(attempt))).toEqual(withoutChance(answer));
  });
});
