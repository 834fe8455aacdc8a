/** GET of one object, and lists. */
import { objectKey } from '../registry/keys';
import { listPage } from '../registry/list';
import { checkNotAhead, parseResourceVersion } from '../registry/resource-version';
import { selectionOf } from '../selection/selection';
import { notFound } from '../status-error';
import type { Storage } from '../storage/storage';
import type { Exchange } from './exchange';
import type { Encoding } from './media-types';
import { listOptionsOf } from './query-options';
import { type ListMetadata, listText, recordText } from './representation';
import { type ResourceRequest, viewOf } from './resource-request';

export async function answerGet(request: ResourceRequest, storage: Storage, now: Date): Promise<void> {
  const { exchange, resource } = request;
  const { namespace, name } = exchange.info;
  const view = viewOf(request, now);
  const revision = parseResourceVersion(exchange.query.get('resourceVersion') ?? '');
  if (revision !== undefined) checkNotAhead(storage, revision);
  const record = storage.get(objectKey(resource, namespace, name));
  if (record === undefined) throw notFound(resource, name);
  await sendEncoded(exchange, 200, recordText(record, view), view.form.encoding);
}

export async function answerList(request: ResourceRequest, storage: Storage, now: Date): Promise<void> {
  const { exchange, resource } = request;
  const options = listOptionsOf(exchange.query, false);
  const view = viewOf(request, now);
  const selection = selectionOf(resource, { ...options, namespace: exchange.info.namespace });
  const page = listPage(storage, resource, { ...options, selection });
  const metadata: ListMetadata = {
    resourceVersion: String(page.revision),
    ...(page.continueToken === '' ? {} : { continue: page.continueToken }),
    ...(page.continueToken === '' || page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
  const text = listText(page.records, metadata, view);
  await sendEncoded(exchange, 200, text, view.form.encoding);
}

/** Sends a body in its encoding; texts end with a line feed. */
export function sendEncoded(
  exchange: Exchange,
  code: number,
  body: string | Buffer,
  encoding: Encoding,
): Promise<void> {
  return exchange.send(code, typeof body === 'string' ? `${body}\n` : body, CONTENT_TYPES[encoding]);
}

const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
};
