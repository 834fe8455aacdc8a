import type { JsonObject } from '../../../src/api/json';
import { findObject } from '../../../src/apiserver/draft';
import { builtinCodec, builtinSchema, type ExpectedKind, readTypedBody } from '../../../src/apiserver/kubernetes';
import { StatusError } from '../../../src/apiserver/status-error';
import answers from './recorded-answers.json';

/** What a real server of Kubernetes v1.34.4 answered to a POST with `dryRun=All`. */
interface Recorded {
  readonly because: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly body: string;
  readonly mediaType?: 'application/yaml';
  /** Default strict. */
  readonly fieldValidation?: 'Warn' | 'Ignore';
  readonly warnings?: readonly string[];
  /** Without its metadata, and without the versions that a CRD's status lists by itself. */
  readonly object?: JsonObject;
  readonly message?: string;
}

const recorded = answers as readonly Recorded[];

function expectedKind({ apiVersion, kind }: Recorded): ExpectedKind {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind };
}

function answered(entry: Recorded): Pick<Recorded, 'object' | 'message' | 'warnings'> {
  const expected = expectedKind(entry);
  const { version, kind } = expected;
  const schema = builtinSchema(entry.apiVersion, kind);
  if (schema === undefined) throw new Error(`${kind} has no schema`);
  try {
    const { value, duplicates } = readTypedBody({
      text: entry.body,
      mediaType: entry.mediaType ?? 'application/json',
      expected,
      findDuplicates: entry.fieldValidation !== 'Ignore',
    });
    const { object, problems } = builtinCodec(schema, expected).decode(value);
    const all = [...duplicates, ...problems];
    if (all.length > 0 && entry.fieldValidation === undefined) {
      const told = `strict decoding error: ${all.join(', ')}`;
      return { message: `${kind} in version "${version}" cannot be handled as a ${kind}: ${told}` };
    }
    const { metadata: _metadata, ...rest } = object;
    delete findObject(rest, 'status')?.['storedVersions'];
    return { object: rest, ...(entry.fieldValidation === 'Warn' ? { warnings: all } : {}) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    expect(error.status).toMatchObject({ code: 400, reason: 'BadRequest' });
    return { message: error.message };
  }
}

describe('a body for a built-in kind', () => {
  it.each(recorded.map((entry) => ({ ...entry, shown: entry.body.slice(0, 90) })))(
    'is read as a real server reads it: $because: $shown',
    (entry) => {
      const { object, message, warnings } = entry;
      const given = answered(entry);
      expect({ warnings: [], ...given }).toEqual({
        warnings: [],
        ...(object === undefined ? { message } : { object }),
        ...(warnings === undefined ? {} : { warnings }),
      });
    },
  );
});
