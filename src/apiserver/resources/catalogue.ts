/** Everything that the API serves at the moment: built-in resources, and those of established CRDs. */
import type { JsonObject } from '../../api/json';
import type { UserInfo } from '../authentication/authenticator';
import type { Resource } from './resource';

/** Who asks for the answer, and where. */
export interface VirtualContext {
  readonly user: UserInfo;
  readonly namespace: string;
  /** To whom the fields of what was sent belong. */
  readonly manager: string;
  readonly dryRun: boolean;
  /** As in `WriteContext`. */
  readonly warn: (text: string) => void;
}

/** A resource whose objects are answered and not kept: an access review, say. */
export interface VirtualResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** The answer to a POST, as an object of the same kind. Throws `StatusError`. */
  create(body: JsonObject, context: VirtualContext): JsonObject | Promise<JsonObject>;
}

export class ResourceCatalogue {
  readonly #builtIn: readonly Resource[];
  readonly #virtual: readonly VirtualResource[];
  #custom: readonly Resource[] = [];
  #byName = new Map<string, Resource>();
  readonly #builtInGroups: ReadonlySet<string>;
  readonly #listeners = new Set<() => void>();

  constructor(builtIn: readonly Resource[], virtual: readonly VirtualResource[]) {
    this.#builtIn = builtIn;
    this.#virtual = virtual;
    this.#builtInGroups = new Set([...builtIn, ...virtual].map(({ group }) => group));
    this.#index();
  }

  /** Built-in resources first, then those of CRDs. */
  get resources(): readonly Resource[] {
    return [...this.#builtIn, ...this.#custom];
  }

  find(group: string, resource: string): Resource | undefined {
    return this.#byName.get(`${group}/${resource}`);
  }

  findVirtual(group: string, version: string, resource: string): VirtualResource | undefined {
    return this.#virtual.find(
      (candidate) => candidate.group === group && candidate.version === version && candidate.resource === resource,
    );
  }

  /** True for the groups of Kubernetes' own kinds. */
  isBuiltInGroup(group: string): boolean {
    return this.#builtInGroups.has(group);
  }

  /** Replaces the resources of CRDs. */
  setCustom(resources: readonly Resource[]): void {
    this.#custom = resources;
    this.#index();
    for (const listener of this.#listeners) listener();
  }

  /** Calls back after each change. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #index(): void {
    this.#byName = new Map(this.resources.map((resource) => [`${resource.group}/${resource.resource}`, resource]));
  }
}
