/**
 * Answers to a plan from a live cluster. A plan asks synchronously and a cluster answers later: what isn't known yet suspends the
 * plan, is fetched, and the plan is made again, until it has all its answers.
 */
import { canonicalJson, digest, isJsonObject } from '../../api/json';
import { type KubeObject, type Manifest, type ObjectName, referenceKey, referenceTo } from '../../api/object';
import { apiVersionOf, kindKey, type ResourceType } from '../../api/resource-type';
import { AdrasteiaError, hasCode } from '../../errors';
import { PlanInterruption } from '../../plan/interruption';
import type { Absent, Found, Lookup, SecretHandle } from '../../plan/lookup';
import type { Cluster } from '../../ports/cluster';
import { SECRET } from '../../runtime/secret-reader';

type Selection = Parameters<Lookup['list']>[1];
type Fetched = readonly KubeObject[];

/** Rounds of questions after which a plan is given up. */
const ROUNDS_MAX = 50;

export class LiveLookup implements Lookup {
  readonly clock: Lookup['clock'];
  private readonly answers = new Map<string, Fetched>();
  private open: (() => Promise<void>)[] = [];

  /** `given` are objects that count as applied already: they go before those of the cluster. */
  constructor(
    private readonly cluster: Cluster,
    private readonly given: readonly Manifest[],
    now: number,
  ) {
    this.clock = { hasPassed: (instant) => instant <= now };
  }

  /**
   * The result of a plan once every question is answered. Throws what the plan throws, and what the cluster throws where it
   * can't answer; a kind that isn't served has no objects.
   */
  async answering<Result>(plan: (lookup: Lookup) => Result): Promise<Result> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      try {
        return plan(this);
      } catch (error) {
        if (!(error instanceof PlanInterruption) || this.open.length === 0) throw error;
      }
      const open = this.open;
      this.open = [];
      await Promise.all(open.map((fetch) => fetch()));
    }
    throw new AdrasteiaError('TimedOut', `a plan still asked new questions after ${ROUNDS_MAX} rounds`);
  }

  get<O extends KubeObject>(type: ResourceType, name: ObjectName): Found<O> | Absent {
    const found = this.find(type, name);
    // The caller names the type of the objects that its kind's schema describes.
    return found === undefined ? { found: false } : { found: true, object: found as O };
  }

  list<O extends KubeObject>(type: ResourceType, selection: Selection): readonly O[] {
    const { namespace, labels = {} } = selection;
    const labelSelector = Object.entries(labels)
      .map(([label, value]) => `${label}=${value}`)
      .sort()
      .join(',');
    const live = this.answerTo(`list ${kindKey(type)} ${canonicalJson(selection)}`, async () => {
      const { items } = await this.cluster.list(type, {
        ...(namespace === undefined ? {} : { namespace }),
        ...(labelSelector === '' ? {} : { labelSelector }),
      });
      return items;
    });
    const given = this.givenOf(type).filter(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        Object.entries(labels).every(([label, value]) => metadata.labels?.[label] === value),
    );
    const replaced = new Set(this.givenOf(type).map((object) => referenceKey(referenceTo(object))));
    return [...live.filter((object) => !replaced.has(referenceKey(referenceTo(object)))), ...given].sort((a, b) =>
      referenceKey(referenceTo(a)) < referenceKey(referenceTo(b)) ? -1 : 1,
    ) as unknown as readonly O[];
  }

  secret(name: Required<ObjectName>): SecretHandle | Absent {
    const secret = this.find(SECRET, name);
    if (secret === undefined) return { found: false };
    const { data } = secret;
    const members = isJsonObject(data) ? data : {};
    return { found: true, name: name.name, keys: Object.keys(members).sort(), hash: digest(members) };
  }

  observe(source: string): ReturnType<Lookup['observe']> {
    return { state: 'Failed', message: `${source} is asked by the controller only` };
  }

  private find(type: ResourceType, name: ObjectName): KubeObject | undefined {
    const given = this.givenOf(type).find(
      ({ metadata }) => metadata.name === name.name && (!type.namespaced || metadata.namespace === name.namespace),
    );
    if (given !== undefined) return given;
    const [live] = this.answerTo(`get ${kindKey(type)} ${name.namespace ?? ''}/${name.name}`, async () => {
      const object = await this.cluster.get(type, name);
      return object === undefined ? [] : [object];
    });
    return live;
  }

  private givenOf(type: ResourceType): readonly KubeObject[] {
    return this.given.filter((object) => object.kind === type.kind && object.apiVersion === apiVersionOf(type));
  }

  private answerTo(question: string, fetch: () => Promise<Fetched>): Fetched {
    const answer = this.answers.get(question);
    if (answer !== undefined) return answer;
    this.open.push(async () => {
      try {
        this.answers.set(question, await fetch());
      } catch (error) {
        if (!hasCode(error, 'ApiNotFound')) throw error;
        this.answers.set(question, []);
      }
    });
    throw new PlanInterruption('Suspended', `${question} is being fetched`);
  }
}
