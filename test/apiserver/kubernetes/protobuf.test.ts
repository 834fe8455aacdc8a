import type { JsonObject } from '../../../src/api/json';
import {
  BodySyntaxError,
  builtinCodec,
  builtinSchema,
  hasProtobuf,
  protobufOf,
  readProtobuf,
  readTypedProtobuf,
  watchFrame,
} from '../../../src/apiserver/kubernetes';
import { StatusError } from '../../../src/apiserver/status-error';
import pairs from './recorded-protobuf.json';

/** What a real server of Kubernetes v1.34.4 gave out for the same object in JSON and in protobuf. */
interface Pair {
  readonly path: string;
  readonly object: JsonObject;
  /** Base64. */
  readonly bytes: string;
}

const recorded = pairs as unknown as readonly Pair[];
const POD = { group: '', version: 'v1', kind: 'Pod' };

describe('objects in protobuf', () => {
  it.each(recorded)('are written byte for byte as the real server writes them: $path', ({ object, bytes }) => {
    expect(protobufOf(object)?.toString('base64')).toBe(bytes);
  });

  it.each(recorded.filter(({ object }) => object['kind'] !== 'Status'))(
    'are read as the objects that they say: $path',
    ({ object, bytes }) => {
      const { apiVersion, kind } = object as { apiVersion: string; kind: string };
      const [version = '', group = ''] = apiVersion.split('/').reverse();
      const schema = builtinSchema(apiVersion, kind) ?? {};
      const read = readProtobuf(Buffer.from(bytes, 'base64'), { apiVersion: '', kind: '' });
      const decoded = builtinCodec(schema, { group, version, kind }).decode(read);
      expect(decoded).toEqual({ object, problems: [] });
    },
  );

  it('are lists, too', () => {
    const items = recorded.filter(({ object }) => object['kind'] === 'Namespace').map(({ object }) => object);
    const list = { kind: 'NamespaceList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items };
    const bytes = protobufOf(list) ?? Buffer.alloc(0);
    const read = readProtobuf(bytes, { apiVersion: '', kind: '' });
    expect(read['items']).toHaveLength(items.length);
    expect(read).toMatchObject({ kind: 'NamespaceList', apiVersion: 'v1', metadata: { resourceVersion: '7' } });
  });

  it('are none for custom resources and tables', () => {
    expect(protobufOf({ apiVersion: 'example.com/v1', kind: 'Widget' })).toBeUndefined();
    expect(hasProtobuf('meta.k8s.io/v1', 'Table')).toBe(false);
    expect(hasProtobuf('meta.k8s.io/v1', 'PartialObjectMetadataList')).toBe(true);
  });

  it('take their type from the endpoint where they name none', () => {
    const bytes = Buffer.from('6b383073', 'hex');
    expect(() => readProtobuf(bytes, { apiVersion: 'v1', kind: 'Pod' })).toThrow(BodySyntaxError);
    const silent = Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x12, 0])]);
    expect(readProtobuf(silent, { apiVersion: 'v1', kind: 'Pod' })).toEqual({ apiVersion: 'v1', kind: 'Pod' });
  });

  it('keep a member named after the prototype a member', () => {
    const labels = JSON.parse('{"__proto__":"a","constructor":"b"}') as JsonObject;
    const bytes = protobufOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { labels } }) ?? Buffer.alloc(0);
    const read = readProtobuf(bytes, { apiVersion: '', kind: '' });
    expect(JSON.stringify(read['metadata'])).toContain('"labels":{"__proto__":"a","constructor":"b"}');
  });
});

describe('a watch in protobuf', () => {
  it('is frames, each after its length', () => {
    const object = Buffer.from('object');
    const frame = watchFrame('ADDED', object);
    expect(frame.readUInt32BE()).toBe(frame.length - 4);
    expect(frame.subarray(4).toString('latin1')).toBe('\n\x05ADDED\x12\b\n\x06object');
  });
});

describe('a body in protobuf', () => {
  it.each([
    {
      because: 'it is none',
      bytes: Buffer.from('abc'),
      message: 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (616263)',
    },
    { because: 'it is empty', bytes: Buffer.alloc(0), message: 'empty data (<empty>)' },
    { because: 'it ends too early', bytes: Buffer.from('k8s\0\n#\n'), message: 'unexpected EOF (6b3873000a230a)' },
  ])('is refused where $because', ({ bytes, message }) => {
    expect(() => readTypedProtobuf(bytes, POD)).toThrow(
      new StatusError(400, 'BadRequest', `the object provided is unrecognized (must be of type Pod): ${message}`),
    );
  });

  it('is refused where it is of another kind', () => {
    const bytes = protobufOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }) ?? Buffer.alloc(0);
    expect(() => readTypedProtobuf(bytes, POD)).toThrow(
      'Secret in version "v1" cannot be handled as a Pod: converting (v1.Secret) to (core.Pod): unknown conversion',
    );
  });
});
