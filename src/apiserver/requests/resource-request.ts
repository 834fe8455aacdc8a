/** What every handler of a resource's requests works with. */

import type { ExpectedKind } from '../kubernetes';
import type { ResourceStore } from '../registry/resource-store';
import type { WriteContext } from '../registry/write-context';
import type { Resource, ResourceVersion } from '../resources/resource';
import type { Exchange } from './exchange';
import { negotiateOutput } from './media-types';
import { admissionOptions, managerOf, type WriteOptions } from './query-options';
import { includeObjectOf, type View } from './representation';

/** A request on a resource that is served, in a version that is served. */
export interface ResourceRequest {
  readonly exchange: Exchange;
  readonly resource: Resource;
  readonly version: ResourceVersion;
  readonly store: ResourceStore;
  /** Throws `StatusError` 403 where the user may not create what an update finds missing. */
  readonly authorizeCreate: () => void;
}

/** What a body of the request is expected to be. */
export function bodyTypeOf({ resource, version }: Pick<ResourceRequest, 'resource' | 'version'>): ExpectedKind {
  return { group: resource.group, version: version.version, kind: resource.kind };
}

/** In which form the answer is wanted. Throws `StatusError` 406 or 400. */
export function viewOf({ exchange, resource, version }: ResourceRequest, now: Date, isWatch = false): View {
  const isPretty = wantsPretty(exchange);
  const { verb } = exchange.info;
  const form = negotiateOutput(exchange.header('accept'), {
    isWatch,
    isCollection: isWatch || verb === 'list',
    isPretty,
    hasProtobuf: !resource.isCustom,
  });
  return {
    resource,
    version: version.version,
    form,
    includeObject: form.as === 'table' ? includeObjectOf(exchange.query) : 'None',
    now,
  };
}

/** People who ask by hand get indented JSON. */
export function wantsPretty(exchange: Exchange): boolean {
  const asked = exchange.query.get('pretty');
  if (asked !== null) return asked !== '0' && asked !== 'false';
  return /^(?:curl|Wget|Mozilla\/5\.0)/.test(exchange.header('user-agent'));
}

/** The context of a write with the options given. */
export function writeContextOf(
  { exchange, version, authorizeCreate }: ResourceRequest,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  options: WriteOptions,
): WriteContext {
  return {
    user: exchange.user,
    dryRun: options.dryRun,
    fieldManager: managerOf(options.fieldManager, exchange.header('user-agent')),
    version: version.version,
    subresource: exchange.info.subresource,
    options: admissionOptions(kind, options),
    warn: exchange.warn,
    authorizeCreate,
  };
}
