/**
 * Who has read what. The runtime keeps no list of watches by hand: a plan's own questions say which changes concern it.
 *
 * Order: `RecordingLookup` answers a plan from the caches and collects its questions; `ReadIndex` stores them by owner once
 * the plan has ended; a change of any object asks the index whom to plan again.
 */

import { canonicalJson, digest, isJsonObject, type JsonValue } from '../api/json';
import type { KubeObject, ObjectName } from '../api/object';
import { kindKey, type ResourceType } from '../api/resource-type';
import { AdrasteiaError } from '../errors';
import { PlanInterruption } from '../plan/interruption';
import type { Absent, Found, Lookup, Observation, PlanClock, SecretHandle } from '../plan/lookup';
import type { Change } from './informer';

interface ListQuery {
  readonly kind: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The questions of one plan. */
export interface Reads {
  readonly keys: ReadonlySet<string>;
  readonly lists: ReadonlyMap<string, ListQuery>;
  /** Instants that have not passed yet; the earliest wakes the plan. */
  readonly instants: readonly number[];
}

/** What answers come from. A source that isn't ready says so. */
export interface Caches {
  /** All objects of a kind that is read, or the reason why there is no answer. */
  find(type: ResourceType): ReadCache | PlanInterruption;
  secret(name: Required<ObjectName>): SecretHandle | Absent | PlanInterruption;
  observe(source: string, query: JsonValue): Observation | PlanInterruption;
}

export interface ReadCache {
  get(name: ObjectName): KubeObject | undefined;
  /** Of one namespace, or of all. */
  values(namespace?: string): Iterable<KubeObject>;
}

/** Answers one run of a plan, and remembers what it was asked. */
export class RecordingLookup implements Lookup {
  private readonly keys = new Set<string>();
  private readonly lists = new Map<string, ListQuery>();
  private readonly instants: number[] = [];
  readonly clock: PlanClock;

  constructor(
    private readonly caches: Caches,
    private readonly declared: readonly ResourceType[],
    now: number,
  ) {
    this.clock = {
      hasPassed: (instant) => {
        if (instant <= now) return true;
        this.instants.push(instant);
        return false;
      },
    };
  }

  get reads(): Reads {
    return { keys: this.keys, lists: this.lists, instants: this.instants };
  }

  get<O extends KubeObject>(type: ResourceType, name: ObjectName): Found<O> | Absent {
    this.assertDeclared(type);
    this.keys.add(getKey(kindKey(type), name));
    const object = answered(this.caches.find(type)).get(name);
    // The caller names the type of the objects that its kind's schema describes; the cache holds what the API server admitted.
    return object === undefined ? { found: false } : { found: true, object: object as O };
  }

  list<O extends KubeObject>(
    type: ResourceType,
    selection: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> },
  ): readonly O[] {
    this.assertDeclared(type);
    const query: ListQuery = {
      kind: kindKey(type),
      labels: selection.labels ?? {},
      ...(selection.namespace === undefined ? {} : { namespace: selection.namespace }),
    };
    this.lists.set(canonicalJson(query), query);
    return [...answered(this.caches.find(type)).values(selection.namespace)]
      .filter((object) => matches(query, object))
      .sort(
        (a, b) =>
          compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name),
      ) as O[];
  }

  secret(name: Required<ObjectName>): SecretHandle | Absent {
    this.keys.add(secretKey(name));
    return answered(this.caches.secret(name));
  }

  observe(source: string, query: JsonValue): Observation {
    this.keys.add(observationKey(source, query));
    return answered(this.caches.observe(source, query));
  }

  private assertDeclared(type: ResourceType): void {
    if (this.declared.some((other) => kindKey(other) === kindKey(type))) return;
    throw new AdrasteiaError(
      'ReadNotDeclared',
      `plan reads ${kindKey(type)}, which its planner does not declare: add the kind to \`reads\``,
    );
  }
}

interface Question<Query> {
  readonly query: Query;
  readonly owners: Set<string>;
}

/** What the index keeps of an owner: the questions themselves, which are the same for many owners. */
type Asked = readonly (Question<string> | Question<ListQuery>)[];

/** Which owners asked which questions. */
export class ReadIndex {
  private readonly byKey = new Map<string, Question<string>>();
  /** By kind and namespace, then by query: a change asks only those that speak of its namespace, or of all. */
  private readonly byList = new Map<string, Map<string, Question<ListQuery>>>();
  private readonly byOwner = new Map<string, Asked>();

  /** Replaces what is known of an owner's questions. */
  record(owner: string, reads: Reads): void {
    this.forget(owner);
    const asked: (Question<string> | Question<ListQuery>)[] = [];
    for (const key of reads.keys) {
      const question = this.byKey.get(key) ?? { query: key, owners: new Set<string>() };
      this.byKey.set(key, question);
      asked.push(question);
    }
    for (const [key, query] of reads.lists) {
      const place = listKey(query.kind, query.namespace);
      const lists = this.byList.get(place) ?? new Map<string, Question<ListQuery>>();
      this.byList.set(place, lists);
      const question = lists.get(key) ?? { query, owners: new Set<string>() };
      lists.set(key, question);
      asked.push(question);
    }
    for (const { owners } of asked) owners.add(owner);
    this.byOwner.set(owner, asked);
  }

  forget(owner: string): void {
    const asked = this.byOwner.get(owner);
    if (asked === undefined) return;
    this.byOwner.delete(owner);
    for (const { query, owners } of asked) {
      owners.delete(owner);
      if (owners.size > 0) continue;
      if (typeof query === 'string') this.byKey.delete(query);
      else this.forgetList(query);
    }
  }

  private forgetList(query: ListQuery): void {
    const place = listKey(query.kind, query.namespace);
    const lists = this.byList.get(place);
    lists?.delete(canonicalJson(query));
    if (lists?.size === 0) this.byList.delete(place);
  }

  /** Owners for whom an answer may differ after a change. */
  concernedBy(change: Change): readonly string[] {
    const object = change.after?.object ?? change.before?.object;
    if (object === undefined) return [];
    const kind = kindKey(change.type);
    const owners = new Set(this.byKey.get(getKey(kind, object.metadata))?.owners);
    const { namespace } = object.metadata;
    const places = [listKey(kind), ...(namespace === undefined ? [] : [listKey(kind, namespace)])];
    for (const { query, owners: listOwners } of places.flatMap((place) => [
      ...(this.byList.get(place)?.values() ?? []),
    ])) {
      const concerned = [change.before, change.after].some(
        (entry) => entry !== undefined && matches(query, entry.object),
      );
      if (concerned) for (const owner of listOwners) owners.add(owner);
    }
    return [...owners];
  }

  /** Owners that asked for anything of a kind; for when a kind becomes available. */
  concernedByKind(type: ResourceType): readonly string[] {
    const prefix = `get ${kindKey(type)} `;
    const owners = new Set<string>();
    for (const [key, { owners: readers }] of this.byKey)
      if (key.startsWith(prefix)) for (const owner of readers) owners.add(owner);
    const everywhere = listKey(kindKey(type));
    for (const [place, lists] of this.byList) {
      if (place !== everywhere && !place.startsWith(`${everywhere}/`)) continue;
      for (const { owners: readers } of lists.values()) for (const owner of readers) owners.add(owner);
    }
    return [...owners];
  }

  concernedBySecret(name: Required<ObjectName>): readonly string[] {
    return [...(this.byKey.get(secretKey(name))?.owners ?? [])];
  }

  concernedByObservation(source: string, query: JsonValue): readonly string[] {
    return [...(this.byKey.get(observationKey(source, query))?.owners ?? [])];
  }

  /** Whether anybody asks for a Secret. */
  hasSecretReader(name: Required<ObjectName>): boolean {
    return this.byKey.has(secretKey(name));
  }

  hasObserver(source: string, query: JsonValue): boolean {
    return this.byKey.has(observationKey(source, query));
  }
}

function answered<T>(answer: T | PlanInterruption): T {
  if (answer instanceof PlanInterruption) throw answer;
  return answer;
}

function getKey(kind: string, name: ObjectName): string {
  return `get ${kind} ${name.namespace ?? ''}/${name.name}`;
}

/** Kinds have no slash in them. */
function listKey(kind: string, namespace?: string): string {
  return namespace === undefined ? kind : `${kind}/${namespace}`;
}

function secretKey(name: Required<ObjectName>): string {
  return `secret ${name.namespace}/${name.name}`;
}

function observationKey(source: string, query: JsonValue): string {
  return `observe ${source} ${digest(query)}`;
}

function matches(query: ListQuery, object: KubeObject): boolean {
  if (query.namespace !== undefined && object.metadata.namespace !== query.namespace) return false;
  const labels = object.metadata.labels;
  return Object.entries(query.labels).every(([name, value]) => isJsonObject(labels) && labels[name] === value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
