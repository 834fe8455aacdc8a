/** GET of one object, and lists. */
import { listPage } from '../registry/list';
import { checkNotAhead, parseResourceVersion } from '../registry/resource-version';
import { selectionOf } from '../selection/selection';
import type { Storage } from '../storage/storage';
import { listOptionsOf } from './query-options';
import { type ListMetadata, listText, recordText } from './representation';
import { type ResourceRequest, viewOf } from './resource-request';

export async function answerGet(request: ResourceRequest, storage: Storage, now: Date): Promise<void> {
  const { exchange, store } = request;
  const view = viewOf(request, now);
  const revision = parseResourceVersion(exchange.query.get('resourceVersion') ?? '');
  if (revision !== undefined) checkNotAhead(storage, revision);
  const record = store.getRecord(exchange.info.namespace, exchange.info.name);
  await exchange.send(200, `${recordText(record, view)}\n`, contentTypeOf(view.form.encoding));
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
  await exchange.send(200, `${text}\n`, contentTypeOf(view.form.encoding));
}

export function contentTypeOf(encoding: 'json' | 'yaml'): string {
  return `application/${encoding}`;
}
