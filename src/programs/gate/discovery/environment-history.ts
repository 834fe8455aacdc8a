/** What a replica has seen of one environment, and by that what becomes of a sidecar that is at some revision. */
import { rightsShrank } from '../../../access/decision/rights-shrank';
import type { EnvironmentAccess } from '../../../access/environment-access';
import {
  areLater,
  type CutCause,
  cutOf,
  findRevision,
  LAYOUT,
  laterMarks,
  type Marks,
  type SidecarRevision,
} from './revision';

/** The present state of an environment, and how far back it is known who lost rights. */
export class EnvironmentHistory {
  #access: EnvironmentAccess;
  /** The first generation since which every change was seen. */
  #since: number;
  /** The last generation, of those seen, with which somebody lost a right. */
  #shrankAt: number;
  #marks: Marks = {};

  constructor(access: EnvironmentAccess) {
    this.#access = access;
    this.#since = this.#shrankAt = generationOf(access);
  }

  get access(): EnvironmentAccess {
    return this.#access;
  }

  /** Takes in a state that a watch brought. */
  take(access: EnvironmentAccess): void {
    const before = this.#access;
    const [from, to] = [generationOf(before), generationOf(access)];
    this.#access = access;
    if (access.metadata.uid !== before.metadata.uid || to < from) this.#since = this.#shrankAt = to;
    // Of a step that a watch has left out nobody knows.
    else if (to > from && (to > from + 1 || rightsShrank(before, access))) this.#shrankAt = to;
  }

  /** Takes in that rights were taken away otherwise; false where that was known. */
  raise(cause: CutCause, mark: string): boolean {
    const isNews = areLater({ [cause]: mark }, this.#marks);
    this.#marks = laterMarks(this.#marks, { [cause]: mark });
    return isNews;
  }

  /** What a sidecar with this version is to have instead; undefined where it can stay as it is. */
  listenerAfter(version: string): SidecarRevision | undefined {
    const held = findRevision(version);
    const uid = this.#access.metadata.uid ?? '';
    const generation = generationOf(this.#access);
    if (held?.uid !== uid) return this.#revision(this.#marks);
    // It has been told by a replica that knows more; this one will know soon.
    if (held.generation > generation) return undefined;
    const isRaised = areLater(this.#marks, held.marks);
    if (held.generation === generation && !isRaised && held.layout >= LAYOUT) return undefined;
    const marks = laterMarks(this.#marks, held.marks);
    const isKept = !isRaised && held.generation >= this.#since && held.generation >= this.#shrankAt;
    return isKept ? { layout: LAYOUT, uid, generation, marks, cut: held.cut } : this.#revision(marks);
  }

  #revision(marks: Marks): SidecarRevision {
    const state = { uid: this.#access.metadata.uid ?? '', generation: generationOf(this.#access), marks };
    return { layout: LAYOUT, ...state, cut: cutOf(state) };
  }
}

function generationOf({ metadata }: EnvironmentAccess): number {
  return metadata.generation ?? 0;
}
