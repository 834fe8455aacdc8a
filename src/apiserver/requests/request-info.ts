/**
 * What a request asks for, read from its method and path alone.
 * @see k8s.io/apiserver/pkg/endpoints/request/requestinfo.go, v0.34
 */

/** The words of a request, as routing, authorization and faults use them. */
export interface RequestInfo {
  readonly isResource: boolean;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; for other paths the method in lower case. */
  readonly verb: string;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  /** Empty for all namespaces and for cluster-scoped resources. */
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** The path from the resource on: `['pods', 'web-0', 'proxy', 'health']`. */
  readonly parts: readonly string[];
  /** `/api/v1/watch/…`: an old form of watch. */
  readonly isWatchPath: boolean;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Those that follow a namespace's name without being a resource in it. */
const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize']);

/** Reads method and path. `query` tells lists from watches. */
export function requestInfoOf(method: string, path: string, query: URLSearchParams): RequestInfo {
  const elsewhere: RequestInfo = {
    isResource: false,
    verb: method.toLowerCase(),
    path,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    parts: [],
    isWatchPath: false,
  };
  const steps = splitPath(path);
  const [prefix] = steps;
  if (prefix !== 'api' && prefix !== 'apis') return elsewhere;
  const group = prefix === 'apis' ? (steps[1] ?? '') : '';
  const afterGroup = steps.slice(prefix === 'apis' ? 2 : 1);
  const [version = '', ...rest] = afterGroup;
  if (rest.length === 0) return elsewhere;

  const isWatchPath = rest[0] === 'watch' && rest.length > 1;
  const steered = isWatchPath ? rest.slice(1) : rest;
  const { namespace, parts } = namespaceAndParts(steered);
  const [resource = '', namedInPath = '', subresource = ''] = parts;
  const plainVerb = isWatchPath ? 'watch' : (VERBS[method] ?? '');
  const verb = namedInPath === '' ? collectionVerb(plainVerb, query) : plainVerb;
  const selectedName = namedInPath === '' && (verb === 'list' || verb === 'watch') ? nameInSelector(query) : undefined;
  return {
    isResource: true,
    verb,
    path,
    group,
    version,
    namespace,
    resource,
    subresource,
    name: namedInPath === '' ? (selectedName ?? '') : namedInPath,
    parts,
    isWatchPath,
  };
}

function splitPath(path: string): string[] {
  return path.split('/').filter((step, index, all) => step !== '' || (index !== 0 && index !== all.length - 1));
}

function namespaceAndParts(steps: readonly string[]): {
  readonly namespace: string;
  readonly parts: readonly string[];
} {
  const [first, namespace, third] = steps;
  if (first !== 'namespaces' || namespace === undefined) return { namespace: '', parts: steps };
  const isInside = third !== undefined && !NAMESPACE_SUBRESOURCES.has(third);
  return { namespace, parts: isInside ? steps.slice(2) : steps };
}

function collectionVerb(verb: string, query: URLSearchParams): string {
  if (verb === 'get') return isTrue(query.get('watch')) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** A parameter without a value, as `?watch`, counts as true. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

const NAME_TERM = /(?:^|,)metadata\.name==?([^,]+)/;

/** Authorization by resource name holds for a list that selects one name. */
function nameInSelector(query: URLSearchParams): string | undefined {
  const name = NAME_TERM.exec(query.get('fieldSelector') ?? '')?.[1];
  return name !== undefined && !/[/%]/.test(name) && name !== '.' && name !== '..' ? name : undefined;
}
