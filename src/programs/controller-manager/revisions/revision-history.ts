/** Keeps the revisions of a workload: one for each template, the present one with the highest number. */
import { hasCode } from '../../../errors';
import { claimDependents } from '../dependents';
import { isSelected, type LabelSelector } from '../label-selector';
import { controllerReference } from '../ownership';
import type { Store } from '../store';
import {
  byRevision,
  type ControllerRevision,
  isSameRevision,
  type RevisedOwner,
  revisionManifest,
} from './controller-revision';

/** The present revision among all of an owner, which are in the order of their numbers. */
export interface Revisions {
  readonly present: ControllerRevision;
  readonly all: readonly ControllerRevision[];
  readonly collisionCount: number;
}

export class RevisionHistory<T extends RevisedOwner> {
  readonly #owners: Store<T>;
  readonly #revisions: Store<ControllerRevision>;
  readonly #hashLabel: string | undefined;

  /** The label is that under which revisions tell their hash. Default: that of StatefulSets. */
  constructor(options: {
    readonly owners: Store<T>;
    readonly revisions: Store<ControllerRevision>;
    readonly hashLabel?: string;
  }) {
    this.#owners = options.owners;
    this.#revisions = options.revisions;
    this.#hashLabel = options.hashLabel;
  }

  /** Those of an owner, in the order of their numbers; orphans are adopted. */
  async list(owner: T, selector: LabelSelector): Promise<readonly ControllerRevision[]> {
    const claimed = await claimDependents({
      owner,
      owners: this.#owners as unknown as Store,
      dependents: this.#revisions,
      isSelected: ({ metadata }) => isSelected(metadata.labels, selector),
    });
    return [...claimed].sort(byRevision);
  }

  /** Has a revision of the owner's template, with the highest number. */
  async ensure(owner: T, known: readonly ControllerRevision[], collisionCount: number): Promise<Revisions> {
    const last = known.at(-1);
    const number = (last?.revision ?? 0) + 1;
    const reference = controllerReference(this.#owners.type, owner);
    const hashLabel = this.#hashLabel === undefined ? {} : { hashLabel: this.#hashLabel };
    const wanted = revisionManifest(owner, { reference, revision: number, collisionCount, ...hashLabel });
    const equal = known.filter((revision) => isSameRevision(revision, wanted)).at(-1);
    if (equal !== undefined && equal === last) return { present: last, all: known, collisionCount };
    if (equal !== undefined) {
      const present = await this.#revisions.replace({ ...equal, revision: number });
      const others = known.filter(({ metadata }) => metadata.uid !== present.metadata.uid);
      return { present, all: [...others, present], collisionCount };
    }
    for (let count = collisionCount; ; count += 1) {
      const manifest = revisionManifest(owner, { reference, revision: number, collisionCount: count, ...hashLabel });
      const present = await this.#create(manifest);
      if (present !== undefined) return { present, all: [...known, present], collisionCount: count };
    }
  }

  /** Forgets the oldest that nothing uses, beyond the limit. */
  async truncate(all: readonly ControllerRevision[], used: ReadonlySet<string>, limit: number): Promise<void> {
    const unused = all.filter(({ metadata }) => !used.has(metadata.name));
    for (const revision of unused.slice(0, Math.max(0, unused.length - limit))) await this.#revisions.delete(revision);
  }

  /** Undefined where the name is taken by another template. */
  async #create(manifest: ControllerRevision): Promise<ControllerRevision | undefined> {
    try {
      return await this.#revisions.create(manifest);
    } catch (error) {
      if (!hasCode(error, 'ApiAlreadyExists')) throw error;
      const present = await this.#revisions.refresh(manifest.metadata);
      // Gone since: the next look makes it.
      if (present === undefined) throw error;
      return isSameRevision(present, manifest) ? present : undefined;
    }
  }
}
