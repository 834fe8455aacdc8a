/**
 * What the runtime must know of an object beside its manifest, kept as construct metadata: it never reaches the manifest,
 * and any `ApiObject` can carry it. Order is cdk8s' own: `node.addDependency`.
 */
import { ApiObject, type ApiObjectProps, type JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { DEFAULT_HANDLING, type Handling, type ReadyRule } from '../../src/plan/planned-object';

/** Type of the metadata entry. */
const ENTRY = 'adrasteia.dev/planned';

export interface PlannedFacts {
  /** Default: ready once applied. */
  readonly readyWhen?: readonly ReadyRule[];
  /** Default: `DEFAULT_HANDLING`, member by member. */
  readonly handling?: Partial<Handling>;
}

/** What objects were made from, as long as nothing was patched afterwards. */
const unpatched = new WeakMap<ApiObject, ApiObjectProps>();

/** An `ApiObject` with facts for the runtime. */
export class PlannedApiObject extends ApiObject {
  constructor(scope: Construct, id: string, props: ApiObjectProps, facts: PlannedFacts = {}) {
    super(scope, id, props);
    unpatched.set(this, props);
    setPlannedFacts(this, facts);
  }

  override addJsonPatch(...patches: JsonPatch[]): void {
    unpatched.delete(this);
    super.addJsonPatch(...patches);
  }
}

/** What a `PlannedApiObject` was made from; undefined for other objects, and where it was patched. Its metadata may have changed since. */
export function unpatchedProps(object: ApiObject): ApiObjectProps | undefined {
  return unpatched.get(object);
}

/** Records facts on an object. A second record replaces the members that it names. */
export function setPlannedFacts(object: ApiObject, facts: PlannedFacts): void {
  object.node.addMetadata(ENTRY, facts);
}

/** The facts of an object, with defaults for what nobody recorded. */
export function plannedFacts(object: ApiObject): {
  readonly readyWhen: readonly ReadyRule[];
  readonly handling: Handling;
} {
  let readyWhen: readonly ReadyRule[] = [];
  let handling = DEFAULT_HANDLING;
  for (const { type, data } of object.node.metadata) {
    if (type !== ENTRY) continue;
    const facts = data as PlannedFacts;
    readyWhen = facts.readyWhen ?? readyWhen;
    handling = { ...handling, ...facts.handling };
  }
  return { readyWhen, handling };
}
