/**
 * What users do during the soak, and what must be there at its end: pure, and the same each time.
 *
 * Environments are made one after another during the first third; during the second and last third something happens to most
 * of them. How often the pod of each may be replaced follows from what was asked for, and from nothing else.
 */

/** What a user does to one environment. */
export type Action = 'create' | 'rename' | 'resize' | 'stop' | 'start' | 'delete';

/** One action, at its time since the start. */
export interface Step {
  readonly atMs: number;
  readonly name: string;
  readonly action: Action;
}

/** What must be true of one environment at the end. */
export interface EndState {
  readonly name: string;
  readonly exists: boolean;
  readonly running: boolean;
  /** What its pod asks for; it changes when the environment is resized. */
  readonly cpu: string;
  /** More pods than this, one after another, are restarts that nobody asked for. */
  readonly mostPods: number;
}

/** What its pod asks for before and after it is resized. */
export const CPU = { before: '1m', after: '2m' } as const;

/** What happens to an environment in the second and the last third, by its number; the rest is left as it is. */
const FATES: readonly (readonly [Action?, Action?])[] = [
  [],
  ['resize'],
  ['stop'],
  ['stop', 'start'],
  ['delete'],
  ['delete', 'create'],
  ['rename'],
];

/** All steps, in order of their time. */
export function steps(environments: number, durationMs: number): readonly Step[] {
  const third = durationMs / 3;
  const all: Step[] = [];
  for (let index = 0; index < environments; index += 1) {
    const name = nameOf(index);
    const offset = (index / environments) * third;
    const [second, last] = fateOf(index);
    all.push({ atMs: offset, name, action: 'create' });
    if (second !== undefined) all.push({ atMs: third + offset, name, action: second });
    if (last !== undefined) all.push({ atMs: 2 * third + offset, name, action: last });
  }
  return all.sort((a, b) => a.atMs - b.atMs);
}

/** The end state of every environment, by following its actions. */
export function endStates(environments: number): readonly EndState[] {
  return Array.from({ length: environments }, (_, index) => {
    let state: EndState = { name: nameOf(index), exists: true, running: true, cpu: CPU.before, mostPods: 1 };
    for (const action of fateOf(index)) state = after(state, action);
    return state;
  });
}

function after(state: EndState, action: Action): EndState {
  switch (action) {
    case 'create':
      return { ...state, exists: true, running: true, cpu: CPU.before, mostPods: state.mostPods + 1 };
    case 'resize':
      return { ...state, cpu: CPU.after, mostPods: state.mostPods + 1 };
    case 'stop':
      return { ...state, running: false };
    case 'start':
      return { ...state, running: true, mostPods: state.mostPods + 1 };
    case 'delete':
      return { ...state, exists: false, running: false };
    case 'rename':
      return state;
  }
}

function fateOf(index: number): readonly Action[] {
  return (FATES[index % FATES.length] ?? []).filter((action) => action !== undefined);
}

function nameOf(index: number): string {
  return `env-${String(index).padStart(3, '0')}`;
}
