/** Discovery for the HTTP layer: documents made when they are asked for, and kept until what is served changes. */
import type { JsonObject } from '../api/json';
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery';
import type { Discovery, DiscoveryDocument } from './requests/discovery-documents';
import { clausesOf } from './requests/media-types';
import type { ResourceCatalogue } from './resources/catalogue';
import type { Resource } from './resources/resource';

const JSON_TYPE = 'application/json';
const AGGREGATED_VERSIONS: readonly string[] = ['v2', 'v2beta1'];

export class CatalogueDiscovery implements Discovery {
  readonly #catalogue: ResourceCatalogue;
  readonly #described: () => readonly Resource[];
  readonly #serverAddress: () => string;
  readonly #documents = new Map<string, DiscoveryDocument | undefined>();

  /** `described` gives what discovery tells of: everything that is served, reviews included. */
  constructor(catalogue: ResourceCatalogue, described: () => readonly Resource[], serverAddress: () => string) {
    this.#catalogue = catalogue;
    this.#described = described;
    this.#serverAddress = serverAddress;
    catalogue.onChange(() => {
      this.#documents.clear();
    });
  }

  document(path: string, accept: string): DiscoveryDocument | undefined {
    const isRoot = path === '/api' || path === '/apis';
    const version = isRoot ? aggregatedVersion(accept) : undefined;
    const key = `${path} ${version ?? ''}`;
    if (this.#documents.has(key)) return this.#documents.get(key);
    const made = isRoot && version !== undefined ? this.#aggregated(path, version) : this.#plain(path);
    this.#documents.set(key, made);
    return made;
  }

  paths(): readonly string[] {
    const groups = [...new Set(this.#catalogue.resources.map(({ group }) => group))].filter((group) => group !== '');
    const versions = this.#described().flatMap(({ group, versions: served }) =>
      [...served.keys()].map((version) => (group === '' ? `/api/${version}` : `/apis/${group}/${version}`)),
    );
    return ['/api', '/apis', ...groups.map((group) => `/apis/${group}`), ...new Set(versions)];
  }

  #plain(path: string): DiscoveryDocument | undefined {
    const document = this.#value(path);
    return document === undefined ? undefined : { text: JSON.stringify(document), contentType: JSON_TYPE };
  }

  #value(path: string): JsonObject | undefined {
    const resources = this.#described();
    const [, root, first = '', second, ...rest] = path.split('/');
    if (rest.length > 0 || (root !== 'api' && root !== 'apis')) return undefined;
    if (first === '') return root === 'api' ? apiVersions(resources, this.#serverAddress()) : apiGroupList(resources);
    if (root === 'api') return second === undefined ? apiResourceList(resources, '', first) : undefined;
    return second === undefined ? apiGroup(resources, first) : apiResourceList(resources, first, second);
  }

  #aggregated(path: '/api' | '/apis', version: string): DiscoveryDocument {
    const { document, etag } = aggregatedDiscovery(this.#described(), path);
    const apiVersion = `apidiscovery.k8s.io/${version}`;
    return {
      text: JSON.stringify({ ...document, apiVersion }),
      contentType: `${JSON_TYPE};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
      etag,
    };
  }
}

/** The version of the aggregated form that a client prefers; undefined where it wants the plain one. */
function aggregatedVersion(accept: string): string | undefined {
  for (const { type, parameters } of clausesOf(accept)) {
    if (type !== JSON_TYPE && type !== '*/*' && type !== 'application/*' && type !== '') continue;
    const wanted = parameters.get('as');
    if (wanted === undefined) return undefined;
    const version = parameters.get('v') ?? '';
    const isKnown = wanted === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io';
    if (isKnown && AGGREGATED_VERSIONS.includes(version)) return version;
  }
  return undefined;
}
