/** What may come at a place in the grammar, and which way the tokens there go. */
import { type Choice, type State, startOf } from './grammar';

export interface First {
  readonly tokens: ReadonlySet<string>;
  /** Its rule may end here. */
  readonly mayEnd: boolean;
}

const firsts = new WeakMap<State, First>();

/** What may come at a state, as far as its rule says. */
export function firstOf(state: State): First {
  const known = firsts.get(state);
  if (known !== undefined) return known;
  const first = computeFirst(state);
  firsts.set(state, first);
  return first;
}

function computeFirst(state: State): First {
  switch (state.kind) {
    case 'match':
      return { tokens: state.tokens, mayEnd: false };
    case 'call':
      return firstOf(startOf(state.rule));
    case 'end':
      return { tokens: new Set(), mayEnd: true };
    case 'choice': {
      const ways = state.ways.map(firstOf);
      return { tokens: new Set(ways.flatMap(({ tokens }) => [...tokens])), mayEnd: ways.some(({ mayEnd }) => mayEnd) };
    }
  }
}

/** A rule that was called. Those that go on alike, after rules that go on alike, are one. */
export class Frame {
  private readonly calls = new Map<State, Frame>();

  constructor(
    /** Where it goes on after the rule. */
    readonly follow: State,
    /** Undefined for the outermost rule. */
    readonly parent: Frame | undefined,
  ) {}

  call(follow: State): Frame {
    const known = this.calls.get(follow);
    if (known !== undefined) return known;
    const made = new Frame(follow, this);
    this.calls.set(follow, made);
    return made;
  }
}

/** What may come at a state of a rule. */
export function expectedAt(state: State, frame: Frame): ReadonlySet<string> {
  const expected = new Set<string>();
  let { tokens, mayEnd } = firstOf(state);
  for (let around = frame; ; around = around.parent) {
    for (const token of tokens) expected.add(token);
    if (!mayEnd || around.parent === undefined) return expected;
    ({ tokens, mayEnd } = firstOf(around.follow));
  }
}

/** One way that is being followed. */
interface Path {
  readonly way: number;
  readonly state: State;
  readonly frame: Frame;
  /** It came to the end of the rule that chooses. */
  readonly hasLeft: boolean;
}

/** The states at which these paths need a token. */
function matching(paths: readonly Path[], base: Frame): readonly Path[] {
  const found: Path[] = [];
  const queue = [...paths];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const { state, frame } = path;
    switch (state.kind) {
      case 'match':
        found.push(path);
        break;
      case 'call':
        queue.push({ ...path, state: startOf(state.rule), frame: frame.call(state.next) });
        break;
      case 'choice':
        for (const way of state.ways) queue.push({ ...path, state: way });
        break;
      case 'end':
        if (frame.parent !== undefined) {
          queue.push({ ...path, state: frame.follow, frame: frame.parent, hasLeft: path.hasLeft || frame === base });
        }
    }
  }
  return found;
}

/** The way where what follows can no longer tell ways apart: of those that go on alike, the first counts. */
function findDecided(paths: readonly Path[]): number | undefined {
  const first = paths[0]?.way;
  if (paths.every(({ way }) => way === first)) return first;
  const isOpen = paths.some((path) => !paths.some(({ way, state }) => way !== path.way && state === path.state));
  if (isOpen) return undefined;
  const least = paths.map((path) =>
    Math.min(...paths.filter(({ state, frame }) => state === path.state && frame === path.frame).map(({ way }) => way)),
  );
  return least.every((way) => way === least[0]) ? least[0] : undefined;
}

function leastWay(paths: readonly Path[]): number | undefined {
  return paths.length === 0 ? undefined : Math.min(...paths.map(({ way }) => way));
}

export interface Prediction {
  /** Undefined where no way fits. */
  readonly way: number | undefined;
  /** The token at which it was seen; from 0, counted from the next one. */
  readonly distance: number;
}

/** The way of a choice that the tokens go; `typeAt` tells them from the next one on. */
export function predict(choice: Choice, base: Frame, typeAt: (distance: number) => string): Prediction {
  let paths = matching(
    choice.ways.map((state, way) => ({ way, state, frame: base, hasLeft: false })),
    base,
  );
  for (let distance = 0; ; distance += 1) {
    const type = typeAt(distance);
    const reached = paths.flatMap((path) =>
      path.state.kind === 'match' && path.state.tokens.has(type) ? [{ ...path, state: path.state.next }] : [],
    );
    if (reached.length === 0) return { way: leastWay(paths.filter(({ hasLeft }) => hasLeft)), distance };
    paths = matching(reached, base);
    const decided = type === '<EOF>' ? leastWay(reached) : findDecided(paths);
    if (decided !== undefined) return { way: decided, distance };
  }
}
