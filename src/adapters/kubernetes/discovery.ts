/**
 * Which kinds a Kubernetes API serves, and what they are called.
 *
 * The whole catalogue is fetched at first use, in two requests where the server speaks aggregated discovery, and kept; a
 * name that isn't in it makes it fetched again, since a CRD may have come meanwhile.
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
import { isJsonObject, type JsonObject } from '../../api/json';
import { nearestName } from '../../api/name';
import { apiVersionOf, type ResourceType } from '../../api/resource-type';
import { AdrasteiaError, hasCode } from '../../errors';

/** A kind as discovery describes it. */
export interface DiscoveredType extends ResourceType {
  /** The singular, lower case; empty where the server gives none. */
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
}

/** What answers GET requests: any `Cluster`. `accept` is a wish for a form; another form is understood as well. */
export interface DiscoverySource {
  raw(path: string, accept?: string): Promise<unknown>;
}

const AGGREGATED = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

/** The kinds of one API, kept. Every method throws the source's `Api…` errors where the API cannot be asked. */
export class Discovery {
  readonly #source: DiscoverySource;
  #types: Promise<readonly DiscoveredType[]> | undefined;

  constructor(source: DiscoverySource) {
    this.#source = source;
  }

  /** The type of an object, by its `apiVersion` and `kind`. `KindUnknown` where it isn't served. */
  byKind(apiVersion: string, kind: string): Promise<DiscoveredType> {
    return this.#find(
      (types) => types.find((type) => type.kind === kind && apiVersionOf(type) === apiVersion),
      (types) => {
        const elsewhere = types.filter((type) => type.kind === kind).map(apiVersionOf);
        if (elsewhere.length > 0)
          return [`${kind} in ${apiVersion}`, `it is served in ${[...new Set(elsewhere)].sort().join(', ')}`];
        const near = nearestName(
          kind,
          types.filter((type) => apiVersionOf(type) === apiVersion).map((type) => type.kind),
        );
        const known = types.some((type) => apiVersionOf(type) === apiVersion);
        const hint = known ? 'check the kind' : 'install the CRD, or check apiVersion and kind';
        return [`${kind} in ${apiVersion}`, near === undefined ? hint : `did you mean ${near}?`];
      },
    );
  }

  /**
   * The type that a word on a command line means, whatever its case: plural, singular, kind or short name, alone or followed by
   * the group (`deploy.apps`) or by version and group (`deployments.v1.apps`). Of several, the one that the server lists
   * first. `KindUnknown` where there is none.
   */
  byName(text: string): Promise<DiscoveredType> {
    const words = text.toLowerCase();
    return this.#find(
      (types) => findByName(types, words),
      (types) => {
        const [name = '', ...place] = words.split('.');
        const near = nearestName(
          name,
          typesIn(types, place).map((type) => type.plural),
        );
        return [
          text,
          near === undefined
            ? 'check the name and its group, or install the CRD'
            : `did you mean ${[near, ...place].join('.')}?`,
        ];
      },
    );
  }

  /** Everything that is served, the core group first, each group's preferred version before its others. */
  all(): Promise<readonly DiscoveredType[]> {
    this.#types ??= this.#fetch();
    return this.#types;
  }

  async #find(
    search: (types: readonly DiscoveredType[]) => DiscoveredType | undefined,
    explain: (types: readonly DiscoveredType[]) => readonly [what: string, hint: string],
  ): Promise<DiscoveredType> {
    const kept = this.#types;
    const found = search(await this.all());
    if (found !== undefined) return found;
    // Only what was kept from before can be out of date. Those who miss at the same moment share one refresh.
    if (kept !== undefined && this.#types === kept) this.#types = this.#fetch();
    const types = await this.all();
    const late = search(types);
    if (late !== undefined) return late;
    const [what, hint] = explain(types);
    throw new AdrasteiaError('KindUnknown', `the API serves no ${what}: ${hint}`);
  }

  #fetch(): Promise<readonly DiscoveredType[]> {
    const types = fetchTypes(this.#source);
    types.catch(() => {
      // A failure isn't kept: the next look-up asks again.
      if (this.#types === types) this.#types = undefined;
    });
    return types;
  }
}

function findByName(types: readonly DiscoveredType[], words: string): DiscoveredType | undefined {
  const [name = '', ...place] = words.split('.');
  const here = typesIn(types, place);
  return (
    here.find((type) => type.plural === name || type.singular === name || type.kind.toLowerCase() === name) ??
    here.find((type) => type.shortNames.includes(name))
  );
}

/** The types of a group, or of a version and group; all where nothing is said. */
function typesIn(types: readonly DiscoveredType[], place: readonly string[]): readonly DiscoveredType[] {
  if (place.length === 0) return types;
  const [version, ...group] = place;
  return types.filter(
    (type) => type.group === place.join('.') || (type.version === version && type.group === group.join('.')),
  );
}

async function fetchTypes(source: DiscoverySource): Promise<readonly DiscoveredType[]> {
  const [core, groups] = await Promise.all([source.raw('/api', AGGREGATED), source.raw('/apis', AGGREGATED)]);
  return [...(await typesOf(core, source, '')), ...(await typesOf(groups, source, undefined))];
}

/** The types in an answer of `/api` or `/apis`; of an answer that is no aggregated list, every version is asked for. */
async function typesOf(
  answer: unknown,
  source: DiscoverySource,
  coreGroup: '' | undefined,
): Promise<readonly DiscoveredType[]> {
  const root = isJsonObject(answer) ? answer : {};
  if (root['kind'] === 'APIGroupDiscoveryList') {
    return objects(root['items']).flatMap((group) =>
      objects(group['versions']).flatMap((version) =>
        objects(version['resources']).flatMap((resource) =>
          aggregatedType(textOf(member(group, 'metadata')['name']), textOf(version['version']), resource),
        ),
      ),
    );
  }
  const versions =
    coreGroup === ''
      ? texts(root['versions']).map((version) => ({ group: '', version, path: `/api/${version}` }))
      : objects(root['groups']).flatMap(groupVersions);
  const lists = await Promise.all(
    versions.map(async (version) => ({ ...version, resources: await resourcesOf(version.path, source) })),
  );
  return lists.flatMap(({ group, version, resources }) =>
    resources.flatMap((resource) => listedType(group, version, resource)),
  );
}

/** The versions of a group, the preferred one first. */
function groupVersions(group: JsonObject): { group: string; version: string; path: string }[] {
  const name = textOf(group['name']);
  const preferred = textOf(member(group, 'preferredVersion')['version']);
  return objects(group['versions'])
    .map((entry) => textOf(entry['version']))
    .sort((a, b) => Number(b === preferred) - Number(a === preferred))
    .map((version) => ({ group: name, version, path: `/apis/${name}/${version}` }));
}

async function resourcesOf(path: string, source: DiscoverySource): Promise<readonly JsonObject[]> {
  try {
    const list = await source.raw(path);
    return isJsonObject(list) ? objects(list['resources']) : [];
  } catch (error) {
    // An extension API that is down must not hide the rest; what it serves counts as not served.
    if (hasCode(error, 'ApiInternal', 'ApiNotFound', 'ApiTimeout')) return [];
    throw error;
  }
}

function aggregatedType(group: string, version: string, resource: JsonObject): DiscoveredType[] {
  const kind = textOf(member(resource, 'responseKind')['kind']);
  return kind === ''
    ? []
    : [
        typeOf(
          {
            group,
            version,
            kind,
            plural: resource['resource'],
            singular: resource['singularResource'],
            namespaced: resource['scope'] === 'Namespaced',
          },
          resource,
        ),
      ];
}

function listedType(group: string, version: string, resource: JsonObject): DiscoveredType[] {
  const { name, singularName, namespaced } = resource;
  // With a slash it is a subresource.
  if (textOf(name).includes('/')) return [];
  return [
    typeOf(
      {
        group,
        version,
        kind: textOf(resource['kind']),
        plural: name,
        singular: singularName,
        namespaced: namespaced === true,
      },
      resource,
    ),
  ];
}

function typeOf(
  names: Pick<ResourceType, 'group' | 'version' | 'kind' | 'namespaced'> & {
    readonly plural: unknown;
    readonly singular: unknown;
  },
  resource: JsonObject,
): DiscoveredType {
  return {
    ...names,
    plural: textOf(names.plural),
    singular: textOf(names.singular),
    shortNames: texts(resource['shortNames']),
    categories: texts(resource['categories']),
    verbs: texts(resource['verbs']),
  };
}

function member(value: unknown, name: string): JsonObject {
  const found = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(found) ? found : {};
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
