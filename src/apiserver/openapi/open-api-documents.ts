/**
 * The OpenAPI documents that the API publishes of itself: one of v2 for all it serves, and one of v3 for each group version,
 * with an index. What Kubernetes publishes of its own kinds is given out as it is; custom resources are added to it.
 */

import { createHash } from 'node:crypto';
import type { JsonObject } from '../../api/json';
import { jsonText } from '../json/json-text';
import type { CrdFacts, CrdVersionFacts } from './crd-facts';
import { crdDefinition, selectable } from './crd-schema';
import { crdDocumentFrame, crdList, crdPaths, definitionName, type OpenApiVersion } from './crd-templates';
import { publishedDocuments } from './published-documents';
import { swaggerProtobuf } from './swagger-protobuf';

/** A document in JSON and what names this state of it. */
export interface OpenApiDocument {
  readonly json: Buffer;
  /** Upper-case hexadecimal SHA-512, without quotes. */
  readonly etag: string;
}

/** What was made for one state of the custom resources. */
interface Made {
  readonly custom: readonly CrdFacts[];
  v2?: OpenApiDocument;
  v2Protobuf?: Buffer;
  v3Index?: OpenApiDocument;
  readonly v3: Map<string, OpenApiDocument | undefined>;
}

/** Documents are made when they are asked for, and kept until the custom resources change. */
export class OpenApiDocuments {
  readonly #customResources: () => readonly CrdFacts[];
  #made: Made = { custom: [], v3: new Map() };

  /** `customResources` gives the same list until something has changed. */
  constructor(customResources: () => readonly CrdFacts[]) {
    this.#customResources = customResources;
  }

  /** `/openapi/v2` */
  v2(): OpenApiDocument {
    const made = this.#current();
    made.v2 ??= v2Document(made.custom);
    return made.v2;
  }

  /**
   * The same in `application/com.github.proto-openapi.spec.v2.v1.0+protobuf`, under the same tag. The first time takes a
   * quarter of a second.
   */
  v2Protobuf(): Buffer {
    const made = this.#current();
    made.v2Protobuf ??= v2Protobuf(made.custom);
    return made.v2Protobuf;
  }

  /** `/openapi/v3`: where the documents are. */
  v3Index(): OpenApiDocument {
    const made = this.#current();
    made.v3Index ??= document(Buffer.from(JSON.stringify({ paths: this.#v3Paths(made) })));
    return made.v3Index;
  }

  /** `/openapi/v3/PATH`, such as `apis/apps/v1` or `version`; undefined for a path that isn't in the index. */
  v3(path: string): OpenApiDocument | undefined {
    const published = publishedDocuments().v3.get(path);
    if (published !== undefined) return { json: published.json, etag: published.hash };
    const made = this.#current();
    if (!made.v3.has(path)) made.v3.set(path, v3Document(made.custom, path));
    return made.v3.get(path);
  }

  #current(): Made {
    const custom = this.#customResources();
    if (custom !== this.#made.custom) this.#made = { custom, v3: new Map() };
    return this.#made;
  }

  #v3Paths({ custom }: Made): JsonObject {
    const paths = new Set([...publishedDocuments().v3.keys(), ...custom.flatMap(pathsOf)]);
    return Object.fromEntries(
      [...paths]
        .sort()
        .map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.v3(path)?.etag ?? ''}` }]),
    );
  }
}

function pathsOf({ group, versions }: CrdFacts): string[] {
  return versions.map(({ name }) => `apis/${group}/${name}`);
}

/** Where the paths end, which come first, and where the definitions do, after which no member of this name comes. */
const AFTER_PATHS = '},"definitions":{';
const AFTER_DEFINITIONS = '},"parameters":{';

/** The published text with members put in: reading and writing it whole would take longer and more memory. */
function v2Document(custom: readonly CrdFacts[]): OpenApiDocument {
  const published = publishedDocuments().v2;
  if (custom.length === 0) return document(published);
  const pathsEnd = published.indexOf(AFTER_PATHS);
  const definitionsEnd = published.lastIndexOf(AFTER_DEFINITIONS);
  const served = servedVersions(custom);
  return document(
    Buffer.concat([
      published.subarray(0, pathsEnd),
      membersText(served.map(({ crd, version }) => crdPaths(crd, version, 'v2'))),
      published.subarray(pathsEnd, definitionsEnd),
      membersText(served.map(({ crd, version }) => crdDefinitions(crd, version, 'v2'))),
      published.subarray(definitionsEnd),
    ]),
  );
}

let publishedProtobuf: Buffer | undefined;

/** Two messages after one another are one that holds what both hold. */
function v2Protobuf(custom: readonly CrdFacts[]): Buffer {
  publishedProtobuf ??= swaggerProtobuf(JSON.parse(publishedDocuments().v2.toString('utf8')));
  if (custom.length === 0) return publishedProtobuf;
  const served = servedVersions(custom);
  const added = {
    paths: Object.assign({}, ...served.map(({ crd, version }) => crdPaths(crd, version, 'v2'))) as JsonObject,
    definitions: Object.assign(
      {},
      ...served.map(({ crd, version }) => crdDefinitions(crd, version, 'v2')),
    ) as JsonObject,
  };
  return Buffer.concat([publishedProtobuf, swaggerProtobuf(added)]);
}

/** Members as they follow others. */
function membersText(objects: readonly JsonObject[]): Buffer {
  const texts = objects.map((object) => jsonText(object).slice(1, -1)).filter((text) => text !== '');
  return Buffer.from(texts.map((text) => `,${text}`).join(''));
}

function v3Document(custom: readonly CrdFacts[], path: string): OpenApiDocument | undefined {
  const served = servedVersions(custom).filter(({ crd, version }) => `apis/${crd.group}/${version.name}` === path);
  if (served.length === 0) return undefined;
  const { head, schemas } = crdDocumentFrame(served.some(({ version }) => version.hasScale));
  const own = served.map(({ crd, version }) => crdDefinitions(crd, version, 'v3'));
  const paths = served.map(({ crd, version }) => crdPaths(crd, version, 'v3'));
  const whole = { ...head, paths: sorted(paths), components: { schemas: sorted([...own, schemas]) } };
  return document(Buffer.from(jsonText(whole)));
}

function servedVersions(
  custom: readonly CrdFacts[],
): readonly { readonly crd: CrdFacts; readonly version: CrdVersionFacts }[] {
  return custom.flatMap((crd) => crd.versions.map((version) => ({ crd, version })));
}

function crdDefinitions(crd: CrdFacts, version: CrdVersionFacts, openApi: OpenApiVersion): JsonObject {
  const list = { ...crdList(crd, version.name, openApi), ...selectable(version.selectableFields) };
  return {
    [definitionName(crd.group, version.name, crd.kind)]: crdDefinition(crd, version, openApi),
    [definitionName(crd.group, version.name, crd.listKind)]: list,
  };
}

/** All members, in the order of their names. */
function sorted(objects: readonly JsonObject[]): JsonObject {
  const entries = objects.flatMap((object) => Object.entries(object));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function document(json: Buffer): OpenApiDocument {
  return { json, etag: createHash('sha512').update(json).digest('hex').toUpperCase() };
}
