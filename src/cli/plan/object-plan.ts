/**
 * What would become of one object and of everything below it, if it were applied: nothing is written, the server is asked by
 * dry runs.
 */
import { type KubeObject, type Manifest, type ObjectReference, referenceKey, referenceTo } from '../../api/object';
import { FIELD_MANAGER } from '../../api/well-known';
import { hasCode } from '../../errors';
import type { Hold, Observed } from '../../plan/plan';
import type { PlannedObject } from '../../plan/planned-object';
import { INVENTORY, surplus } from '../../runtime/inventory';
import { conflictOf, withOwner } from '../../runtime/ownership';
import { renderTree } from '../../synth';
import { kindOfObject } from '../cluster/environment-kinds';
import type { OpenCluster } from '../cluster/open-cluster';
import { inventoryEntries } from '../environments/children';
import { CLI_FIELD_MANAGER } from '../manifests/send';
import { type FieldChange, fieldChanges } from './field-changes';
import { LiveLookup } from './live-lookup';

export type Action = 'create' | 'change' | 'delete' | 'keep' | 'refused' | 'same';

export interface PlannedChange {
  readonly action: Action;
  readonly object: ObjectReference;
  /** Of a `change`. */
  readonly fields: readonly FieldChange[];
  /** Why it is refused or kept. */
  readonly message?: string;
}

export interface ObjectPlan {
  readonly object: ObjectReference;
  /** Hold: nothing below would be changed. */
  readonly outcome: 'apply' | 'hold' | 'teardown';
  readonly message?: string;
  /** The object itself first, then what is below it, in apply order. */
  readonly changes: readonly PlannedChange[];
}

/** True where applying would change something, or be refused. */
export function differs({ changes }: ObjectPlan): boolean {
  return changes.some(({ action }) => action !== 'same' && action !== 'keep');
}

/** An object that isn't there yet has no UID: the one that is written into its children in a dry run. */
const UID_TO_COME = '00000000-0000-0000-0000-000000000000';

export interface PlanSettings {
  readonly open: OpenCluster;
  /** Objects that count as applied already, the one that is planned included. */
  readonly given: readonly Manifest[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The plan of an object. Throws what the cluster throws where it can't be asked. */
export async function planObject(manifest: Manifest, settings: PlanSettings): Promise<ObjectPlan> {
  const { open, given, now } = settings;
  const self = await changeOfSelf(manifest, open);
  const object = referenceTo(self.after);
  const planner = kindOfObject(manifest)?.planner;
  if (planner === undefined || self.change.action === 'refused')
    return { object, outcome: 'apply', changes: [self.change] };

  const lookup = new LiveLookup(
    open.cluster,
    given.map((other) =>
      referenceKey(referenceTo(other)) === referenceKey(object) ? self.after : withDefaults(other),
    ),
    now,
  );
  const rendered = await lookup.answering((answers) => {
    const plan = planner.plan(self.after, answers);
    return plan.outcome === 'apply' ? { outcome: plan.outcome, objects: renderTree(plan.tree) } : plan;
  });
  if (rendered.outcome === 'hold')
    return { object, outcome: 'hold', message: holdText(rendered), changes: [self.change] };
  if (rendered.outcome === 'teardown')
    return { object, outcome: 'teardown', message: 'it is being deleted', changes: [self.change] };
  const children: PlannedChange[] = [];
  for (const planned of rendered.objects) children.push(await changeOfChild(planned, self.after, open));
  return {
    object,
    outcome: 'apply',
    changes: [self.change, ...children, ...(await pruned(self.after, rendered.objects, open))],
  };
}

function withDefaults(manifest: Manifest): Manifest {
  return kindOfObject(manifest)?.withDefaults?.(manifest) ?? manifest;
}

interface SelfChange {
  readonly change: PlannedChange;
  /** The object as the server would hold it. */
  readonly after: KubeObject;
}

async function changeOfSelf(manifest: Manifest, { cluster, discovery, namespace }: OpenCluster): Promise<SelfChange> {
  const type = await discovery.byKind(manifest.apiVersion, manifest.kind);
  const placed: Manifest = type.namespaced
    ? { ...manifest, metadata: { ...manifest.metadata, namespace: manifest.metadata.namespace ?? namespace } }
    : manifest;
  const before = await cluster.get(type, placed.metadata);
  try {
    const after = await cluster.apply(type, placed, { fieldManager: CLI_FIELD_MANAGER, force: true, dryRun: true });
    return {
      change: changeBetween(before, after),
      after: before === undefined ? { ...after, metadata: { ...after.metadata, uid: UID_TO_COME } } : after,
    };
  } catch (error) {
    return { change: refusal(error, placed), after: placed };
  }
}

function changeBetween(before: KubeObject | undefined, after: KubeObject): PlannedChange {
  const object = referenceTo(after);
  if (before === undefined) return { action: 'create', object, fields: [] };
  const fields = fieldChanges(before, after);
  return { action: fields.length === 0 ? 'same' : 'change', object, fields };
}

/** As the controller would do it: by name, never over what belongs to somebody else. */
async function changeOfChild(
  planned: PlannedObject,
  owner: KubeObject,
  { cluster, discovery }: OpenCluster,
): Promise<PlannedChange> {
  const manifest = withOwner(planned, owner);
  const object = referenceTo(manifest);
  const type = await discovery.byKind(manifest.apiVersion, manifest.kind);
  const live = await cluster.get(type, manifest.metadata);
  const conflict = live === undefined ? undefined : conflictOf(live, owner, planned.handling);
  if (conflict !== undefined) return { action: 'refused', object, fields: [], message: `NameConflict: ${conflict}` };
  // Its values are made once, by the controller.
  if (planned.handling.generate !== undefined)
    return { action: live === undefined ? 'create' : 'same', object, fields: [] };
  try {
    return changeBetween(
      live,
      await cluster.apply(type, manifest, { fieldManager: FIELD_MANAGER, force: true, dryRun: true }),
    );
  } catch (error) {
    return refusal(error, manifest);
  }
}

function refusal(error: unknown, manifest: Manifest): PlannedChange {
  // A dry run finds no namespace that is only to come.
  if (hasCode(error, 'ApiInvalid', 'ApiForbidden', 'ApiNotFound', 'ApiTooLarge', 'ApiConflict')) {
    return { action: 'refused', object: referenceTo(manifest), fields: [], message: error.message };
  }
  throw error;
}

/** What the inventory names and the plan no longer holds. */
async function pruned(
  owner: KubeObject,
  planned: readonly PlannedObject[],
  { cluster }: OpenCluster,
): Promise<readonly PlannedChange[]> {
  const { uid, namespace } = owner.metadata;
  if (uid === undefined || uid === UID_TO_COME || namespace === undefined) return [];
  const inventory = await cluster.get(INVENTORY, { namespace, name: uid });
  const wanted = planned.map(({ manifest }) => referenceTo(manifest));
  return surplus(inventoryEntries(inventory), wanted).map(({ keep, ...reference }) =>
    keep === true
      ? { action: 'keep' as const, object: reference, fields: [], message: 'it holds data' }
      : { action: 'delete' as const, object: reference, fields: [] },
  );
}

const NOTHING_OBSERVED: Observed = {
  child: () => undefined,
  descendants: () => [],
  refusals: new Map(),
  ensured: new Map(),
  previous: {},
};

function holdText(hold: Hold): string {
  const { conditions } = hold.status(NOTHING_OBSERVED);
  const message = conditions.find(({ reason }) => reason === hold.reason)?.message;
  return message === undefined ? hold.reason : `${hold.reason}: ${message}`;
}
