import { BinaryReader } from '@bufbuild/protobuf/wire';
import { digest, type JsonObject } from '../../../src/api/json';
import { type CrdFacts, OpenApiDocuments } from '../../../src/apiserver/openapi';
import recorded from './recorded-documents.json';

/** What a real server of Kubernetes v1.34.4 published of two CRDs; of what is long, the digest. */
const crds = recorded.crds as readonly CrdFacts[];
const custom = new OpenApiDocuments(() => crds);
const builtin = new OpenApiDocuments(() => []);

interface Swagger {
  readonly paths: JsonObject;
  readonly definitions: JsonObject;
}

interface OpenApi {
  readonly openapi: string;
  readonly info: JsonObject;
  readonly paths: JsonObject;
  readonly components: { readonly schemas: JsonObject };
}

function parsed<T>(document: { readonly json: Buffer } | undefined): T {
  if (document === undefined) throw new Error('there is no such document');
  return JSON.parse(document.json.toString('utf8')) as T;
}

/** Each member, or its digest where that is what was recorded. */
function asRecorded(members: JsonObject, record: object): Record<string, unknown> {
  const isDigest = new Map(Object.entries(record).map(([name, member]) => [name, typeof member === 'string']));
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, isDigest.get(name) === false ? member : digest(member)]),
  );
}

describe('OpenAPI v3', () => {
  it.each(['v1', 'v1beta1', 'v1alpha1'] as const)(
    'describes custom resources as the real server does: %s',
    (version) => {
      const { openapi, info, paths, components } = parsed<OpenApi>(custom.v3(`apis/openapi.example.com/${version}`));
      const record = recorded.v3[version];
      expect({ openapi, info }).toEqual(record.head);
      expect(asRecorded(paths, record.paths)).toEqual(record.paths);
      expect(asRecorded(components.schemas, record.schemas)).toEqual(record.schemas);
    },
  );

  it('lists all documents, each with a hash of its bytes', () => {
    const { paths } = parsed<{ paths: Record<string, { serverRelativeURL: string }> }>(custom.v3Index());
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/openapi.example.com/v1']),
    );
    expect(Object.keys(paths)).toEqual(Object.keys(paths).toSorted());
    for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
      expect(serverRelativeURL).toBe(`/openapi/v3/${path}?hash=${custom.v3(path)?.etag ?? 'none'}`);
    }
  });

  it('has no document for what is not served', () => {
    expect(custom.v3('apis/openapi.example.com/v9')).toBeUndefined();
    expect(builtin.v3('apis/openapi.example.com/v1')).toBeUndefined();
  });
});

describe('OpenAPI v2', () => {
  it('adds custom resources to what is built in, as the real server describes them', () => {
    const before = parsed<Swagger>(builtin.v2());
    const after = parsed<Swagger>(custom.v2());
    const added = (members: JsonObject, known: JsonObject): JsonObject =>
      Object.fromEntries(Object.entries(members).filter(([name]) => !(name in known)));
    expect(asRecorded(added(after.paths, before.paths), recorded.v2.paths)).toEqual(recorded.v2.paths);
    const definitions = added(after.definitions, before.definitions);
    expect(asRecorded(definitions, recorded.v2.definitions)).toEqual(recorded.v2.definitions);
    for (const part of ['paths', 'definitions'] as const) {
      const kept = Object.fromEntries(Object.keys(before[part]).map((name) => [name, after[part][name]]));
      expect(digest(kept)).toBe(digest(before[part]));
    }
  });

  it('says the same in protobuf', () => {
    const names = { 8: 2, 9: 1 } as const;
    const found: Record<number, string[]> = { 8: [], 9: [] };
    const document = new BinaryReader(custom.v2Protobuf());
    while (document.pos < document.len) {
      const [number, wireType] = document.tag();
      if (number !== 8 && number !== 9) {
        document.skip(wireType, number);
        continue;
      }
      const members = new BinaryReader(document.bytes());
      while (members.pos < members.len) {
        const [member] = members.tag();
        expect(member).toBe(names[number]);
        const named = new BinaryReader(members.bytes());
        named.tag();
        found[number]?.push(named.string());
      }
    }
    const { paths, definitions } = parsed<Swagger>(custom.v2());
    expect(found).toEqual({ 8: Object.keys(paths), 9: Object.keys(definitions) });
  });

  it('keeps its documents until the custom resources change', () => {
    let current: readonly CrdFacts[] = [];
    const documents = new OpenApiDocuments(() => current);
    const first = documents.v2();
    expect(documents.v2()).toBe(first);
    current = crds;
    const second = documents.v2();
    expect(second.etag).not.toBe(first.etag);
    expect(documents.v2()).toBe(second);
    expect(second.etag).toBe(custom.v2().etag);
  });
});
