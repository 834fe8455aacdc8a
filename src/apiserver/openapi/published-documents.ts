/**
 * The OpenAPI documents of a server without custom resources, as Kubernetes publishes them.
 */

import { data } from '../kubernetes/data/documents';
import { unpack } from '../kubernetes/packed-data';

/** One document of OpenAPI v3. */
export interface PublishedV3 {
  /** `apis/apps/v1`, `api/v1`, `version`. */
  readonly path: string;
  /** What the index says of it. */
  readonly hash: string;
  readonly json: Buffer;
}

export interface PublishedDocuments {
  readonly v2: Buffer;
  /** Keyed by path, in the order of the index. */
  readonly v3: ReadonlyMap<string, PublishedV3>;
}

/** Ahead of the documents there is a line that says how long each is. */
interface Head {
  readonly v2: number;
  readonly v3: readonly { readonly path: string; readonly hash: string; readonly size: number }[];
}

const NEWLINE = 10;
let documents: PublishedDocuments | undefined;

/** The documents, unpacked when they are first asked for; eight megabytes, which stay. */
export function publishedDocuments(): PublishedDocuments {
  documents ??= read();
  return documents;
}

function read(): PublishedDocuments {
  const bytes = unpack(data);
  const headEnd = bytes.indexOf(NEWLINE);
  const head = JSON.parse(bytes.toString('utf8', 0, headEnd)) as Head;
  let at = headEnd + 1;
  const take = (size: number): Buffer => {
    const taken = bytes.subarray(at, at + size);
    at += size;
    return taken;
  };
  const v2 = take(head.v2);
  return { v2, v3: new Map(head.v3.map(({ path, hash, size }) => [path, { path, hash, json: take(size) }])) };
}
