/**
 * One page of a list: as it is now, or as it was at a revision; filtered, and with a token where it goes on.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
import type { Resource } from '../resources/resource';
import type { ObjectSelection } from '../selection/selection';
import { badRequest } from '../status-error';
import { type RecordPage, type Revision, RevisionCompacted, type Storage, type StoredRecord } from '../storage/storage';
import { type ContinueToken, continueExpired, decodeContinue, encodeContinue } from './continue-token';
import { keyAfter, keyPrefix, objectKey } from './keys';
import { objectOf } from './object-text';
import { checkNotAhead, parseResourceVersion, tooOldToList } from './resource-version';

export interface ListRequest {
  readonly selection: ObjectSelection;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
}

export interface ListPage {
  readonly records: readonly StoredRecord[];
  readonly revision: Revision;
  readonly continueToken: string;
  /** Undefined where it can't be told without reading on. */
  readonly remaining: number | undefined;
}

/** How many records are read at a time while a selector leaves some out. */
const SCAN = 500;

/** Reads a page. Throws `StatusError` 410 where the revision asked for is no longer kept, 504 where it isn't there yet. */
export function listPage(storage: Storage, resource: Resource, request: ListRequest): ListPage {
  const { selection } = request;
  const prefix = keyPrefix(resource, resource.namespaced ? selection.namespace : '');
  const token = tokenOf(request);
  const revision = token === undefined ? revisionAsked(storage, request) : token.revision;
  try {
    if (
      selection.name !== undefined &&
      (selection.namespace !== '' || !resource.namespaced) &&
      revision === undefined
    ) {
      return oneRecord(storage, resource, selection, selection.name);
    }
    return scan(storage, {
      prefix,
      startKey: token === undefined ? undefined : prefix + token.start,
      revision,
      limit: limitOf(request),
      selection,
    });
  } catch (error) {
    if (!(error instanceof RevisionCompacted)) throw error;
    throw token === undefined ? tooOldToList() : continueExpired(token.start);
  }
}

function tokenOf({ continueToken, resourceVersion }: ListRequest): ContinueToken | undefined {
  if (continueToken === '') return undefined;
  const token = decodeContinue(continueToken);
  if (resourceVersion === '' || resourceVersion === '0') return token;
  throw badRequest('specifying resource version is not allowed when using continue');
}

/** A list of "any version" comes out of a cache that knows no limit. */
function limitOf({ limit, resourceVersion, resourceVersionMatch }: ListRequest): number {
  return resourceVersion === '0' && resourceVersionMatch !== 'Exact' ? 0 : limit;
}

/** The revision that must be shown; undefined for the newest, which is new enough for all others. */
function revisionAsked(
  storage: Storage,
  { resourceVersion, resourceVersionMatch, limit }: ListRequest,
): Revision | undefined {
  const revision = parseResourceVersion(resourceVersion, true);
  if (revision === undefined || revision === 0) return undefined;
  checkNotAhead(storage, revision);
  const isExact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === '' && limit > 0);
  return isExact ? revision : undefined;
}

function oneRecord(
  storage: Storage,
  resource: Resource,
  { namespace, matches }: ObjectSelection,
  name: string,
): ListPage {
  const record = storage.get(objectKey(resource, namespace, name));
  const isWanted = record !== undefined && (matches?.(objectOf(record)) ?? true);
  return { records: isWanted ? [record] : [], revision: storage.revision, continueToken: '', remaining: undefined };
}

interface Scan {
  readonly prefix: string;
  readonly startKey: string | undefined;
  readonly revision: Revision | undefined;
  readonly limit: number;
  readonly selection: ObjectSelection;
}

function scan(storage: Storage, { prefix, startKey, revision, limit, selection }: Scan): ListPage {
  const { matches } = selection;
  const found: StoredRecord[] = [];
  let shown = revision;
  let start = startKey;
  for (;;) {
    const page: RecordPage = storage.list({
      prefix,
      ...(start === undefined ? {} : { startKey: start }),
      ...(shown === undefined ? {} : { revision: shown }),
      ...(limit === 0 ? {} : { limit: matches === undefined ? limit : SCAN }),
    });
    shown ??= page.revision;
    for (const [index, record] of page.records.entries()) {
      if (matches !== undefined && !matches(objectOf(record))) continue;
      found.push(record);
      if (found.length !== limit) continue;
      const hasMore = index + 1 < page.records.length || page.nextKey !== undefined;
      if (!hasMore) break;
      const next = page.records[index + 1]?.key ?? page.nextKey ?? keyAfter(record.key);
      return {
        records: found,
        revision: page.revision,
        continueToken: encodeContinue({ revision: page.revision, start: keyAfter(record.key).slice(prefix.length) }),
        remaining: matches === undefined && next !== '' ? page.remaining : undefined,
      };
    }
    if (page.nextKey === undefined)
      return { records: found, revision: page.revision, continueToken: '', remaining: undefined };
    start = page.nextKey;
  }
}
