/**
 * Which state of its environment a sidecar runs by: the version of what it was served, which it repeats each time it asks.
 *
 * Replicas of the gate agree without talking to each other because the sidecar carries this itself. A replica only compares
 * it with what it knows from the cluster's own objects, all of which say which of two states is the later one:
 *
 * - `generation` of the EnvironmentAccess counts the changes of its spec, one by one;
 * - each `mark` grows with something else by which rights are taken away: the instant in the record of a sign-out, the
 *   resource version of a Secret with passwords, the state of the Gate;
 * - `layout` grows when a release of the gate serves another listener for the same state.
 *
 * `cut` is what the listener is called by in Envoy. It stays the same while nobody loses a right, so that the listener stays
 * byte for byte the same and nothing is closed. Where somebody may have lost one, it becomes the digest of the new state, the
 * listener differs, and everything that is open is closed once. Whoever may still come in connects again.
 *
 * A replica that starts knows nothing of the past and needs nothing of it: a sidecar that is at the present generation and
 * marks goes on undisturbed. Only where an environment changed while no replica was there to see how, or is at a state that
 * this one has never seen, is it cut without knowing: that costs a reconnect, and the other way round it would cost a right.
 * A replica that lags behind what a sidecar already has says nothing.
 */
import { canonicalJson, digest, isJsonObject } from '../../../api/json';

/** Grows when the served listener or clusters change for the same EnvironmentAccess. */
export const LAYOUT = 2;

/** What else takes rights away; a closed set. */
export type CutCause = 'SignOut' | 'Credentials' | 'Gate';

/** By cause, whole numbers that only grow, as decimal text: they may be larger than a JavaScript number. */
export type Marks = Readonly<Partial<Record<CutCause, string>>>;

/** A state of an environment, as a sidecar has it. */
export interface SidecarRevision {
  readonly layout: number;
  readonly uid: string;
  readonly generation: number;
  readonly marks: Marks;
  readonly cut: string;
}

const CAUSES = ['SignOut', 'Credentials', 'Gate'] as const satisfies readonly CutCause[];
const DECIMAL = /^\d{1,40}$/;

/** The text of a revision, as `version_info`. */
export function writeRevision(revision: SidecarRevision): string {
  return canonicalJson(revision);
}

/** The revision that a text says; undefined for any other text, such as that of a sidecar which has nothing yet. */
export function findRevision(text: string): SidecarRevision | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(read)) return undefined;
  const { layout, uid, generation, cut, marks } = read;
  if (typeof layout !== 'number' || typeof uid !== 'string' || typeof generation !== 'number') return undefined;
  if (typeof cut !== 'string' || !isJsonObject(marks)) return undefined;
  const known: Partial<Record<CutCause, string>> = {};
  for (const cause of CAUSES) {
    const mark = marks[cause];
    if (typeof mark === 'string' && DECIMAL.test(mark)) known[cause] = mark;
  }
  return { layout, uid, generation, cut, marks: known };
}

/** What the sidecar of a state is called by where all that is open has to end. */
export function cutOf(state: Omit<SidecarRevision, 'cut' | 'layout'>): string {
  return digest({ uid: state.uid, generation: state.generation, marks: state.marks });
}

/** Of each cause the later mark. */
export function laterMarks(one: Marks, other: Marks): Marks {
  const later: Partial<Record<CutCause, string>> = {};
  for (const cause of CAUSES) {
    const mark = isLater(one[cause], other[cause]) ? one[cause] : other[cause];
    if (mark !== undefined) later[cause] = mark;
  }
  return later;
}

/** Whether the first marks are later than the others in any cause. */
export function areLater(marks: Marks, than: Marks): boolean {
  return CAUSES.some((cause) => isLater(marks[cause], than[cause]));
}

/** Compares whole numbers of any length. */
function isLater(one = '', other = ''): boolean {
  const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
  return a.length === b.length ? a > b : a.length > b.length;
}
