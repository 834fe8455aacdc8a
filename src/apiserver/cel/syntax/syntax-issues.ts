/**
 * What is wrong with a text that is no expression, in the words of the generated parser of cel-go: one that skips or supplies
 * tokens where that helps, and goes on after a part that it gave up.
 * @see github.com/antlr4-go/antlr/v4/error_strategy.go
 */
import { type Choice, type RuleName, type State, startOf, TOKEN_ORDER, typeOfToken } from './grammar';
import { hiddenText, type Token } from './lexer';
import { expectedAt, Frame, firstOf, predict } from './lookahead';
import type { Issue } from './source';

const MOST_RECOVERIES = 30;
const NOT_A_MEMBER = /^no viable alternative at input '.(true|false|null)'$/u;

/** Left with where a rule is given up. */
class RuleGivenUp extends Error {
  override readonly name = 'RuleGivenUp';

  constructor(
    readonly offset: number,
    readonly issue: string,
  ) {
    super(issue);
  }
}

/** Left with where nothing more is told. */
class ParserGivenUp extends Error {
  override readonly name = 'ParserGivenUp';
}

function shown(text: string): string {
  return `'${text.replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}

function listed(types: ReadonlySet<string>): string {
  const names = TOKEN_ORDER.filter((type) => types.has(type));
  return names.length === 1 ? names.join('') : `{${names.join(', ')}}`;
}

class RecoveringParser {
  readonly issues: Issue[] = [];
  private at = 0;
  private state: State = startOf('start');
  private frame = new Frame(this.state, undefined);
  /** Nothing is told until a token fits again. */
  private isRecovering = false;
  private recoveries = 0;
  /** How many expressions are around. */
  private depth = 0;
  private lastGivenUp: { readonly at: number; readonly states: Set<State> } | undefined;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
    private readonly maximumDepth: number,
  ) {}

  parse(): void {
    try {
      this.rule('start', 0);
    } catch (error) {
      if (!(error instanceof ParserGivenUp)) throw error;
    }
  }

  private tokenAt(distance: number): Token {
    const index = Math.min(this.at + distance, this.tokens.length - 1);
    return this.tokens[index] ?? { kind: 'end', text: '<EOF>', offset: this.text.length };
  }

  private typeAt(distance: number): string {
    return typeOfToken(this.tokenAt(distance));
  }

  private consume(): void {
    if (this.typeAt(0) !== '<EOF>') this.at += 1;
  }

  private rule(name: RuleName, level: number): void {
    try {
      let state = startOf(name);
      while (state.kind !== 'end') state = this.pass(state, level);
    } catch (error) {
      if (!(error instanceof RuleGivenUp)) throw error;
      this.tell(error.offset, error.issue);
      this.skipToFollowing();
    }
  }

  /** Goes through a state; gives the next one. */
  private pass(state: Exclude<State, { readonly kind: 'end' }>, level: number): State {
    this.state = state;
    switch (state.kind) {
      case 'match':
        this.match(state.tokens, state.next);
        return state.next;
      case 'call': {
        const { frame, depth } = this;
        this.frame = frame.call(state.next);
        if (state.rule === 'expr') this.deepen();
        this.rule(state.rule, state.level);
        this.frame = frame;
        this.depth = depth;
        return state.next;
      }
      case 'choice':
        this.synchronize(state);
        return this.choose(state, level);
    }
  }

  private deepen(): void {
    this.depth += 1;
    if (this.depth <= this.maximumDepth) return;
    this.issues.push({ offset: -1, message: tooDeep(this.maximumDepth) });
    throw new ParserGivenUp();
  }

  private match(types: ReadonlySet<string>, next: State): void {
    if (types.has(this.typeAt(0))) {
      this.settle();
      this.consume();
      return;
    }
    this.countRecovery();
    if (this.deleteToken()) {
      this.consume();
      return;
    }
    if (!expectedAt(next, this.frame).has(this.typeAt(0))) throw this.mismatch();
    this.tell(this.tokenAt(0).offset, `missing ${listed(this.expected())} at ${shown(this.tokenAt(0).text)}`);
  }

  /** A token fits. */
  private settle(): void {
    this.isRecovering = false;
    this.lastGivenUp = undefined;
  }

  private expected(): ReadonlySet<string> {
    return expectedAt(this.state, this.frame);
  }

  private mismatch(): RuleGivenUp {
    const { offset, text } = this.tokenAt(0);
    return new RuleGivenUp(offset, `mismatched input ${shown(text)} expecting ${listed(this.expected())}`);
  }

  private tell(offset: number, message: string): void {
    if (this.isRecovering) return;
    this.isRecovering = true;
    this.issues.push({ offset, message: `Syntax error: ${message}` });
  }

  private tellUnwanted(): void {
    const { offset, text } = this.tokenAt(0);
    this.tell(offset, `extraneous input ${shown(text)} expecting ${listed(this.expected())}`);
  }

  /** Skips the next token where the one after it fits. */
  private deleteToken(): boolean {
    if (!this.expected().has(this.typeAt(1))) return false;
    this.tellUnwanted();
    this.consume();
    this.settle();
    return true;
  }

  /** Sees to it that what comes fits the choice. */
  private synchronize(choice: Choice): void {
    if (this.isRecovering) return;
    const { tokens, mayEnd } = firstOf(choice);
    if (mayEnd || tokens.has(this.typeAt(0))) return;
    if (!choice.isRepeating) {
      if (!this.deleteToken()) throw this.mismatch();
      return;
    }
    this.tellUnwanted();
    this.skipUntil(new Set([...this.expected(), ...this.following()]));
  }

  private choose({ ways, decision }: Choice, level: number): State {
    const type = this.typeAt(0);
    switch (decision.kind) {
      case 'optional':
        return this.way(ways, ways[0] !== undefined && firstOf(ways[0]).tokens.has(type) ? 0 : ways.length - 1, 0);
      case 'operator':
        return this.way(ways, (decision.levels.get(type) ?? -1) >= level ? 0 : ways.length - 1, 0);
      case 'next': {
        const index = ways.findIndex((way) => firstOf(way).tokens.has(type));
        return this.way(ways, ways.length === 1 ? 0 : index, 0);
      }
      case 'lookahead': {
        const choice: Choice = { kind: 'choice', ways, decision, isRepeating: false };
        const { way, distance } = predict(choice, this.frame, (ahead) => this.typeAt(ahead));
        return this.way(ways, way ?? -1, distance);
      }
    }
  }

  private way(ways: readonly State[], index: number, distance: number): State {
    const way = ways[index];
    if (way !== undefined) return way;
    const told = `no viable alternative at input ${shown(this.textUpTo(distance))}`;
    const issue = told.replace(NOT_A_MEMBER, "mismatched input '$1' expecting IDENTIFIER");
    throw new RuleGivenUp(this.tokenAt(distance).offset, issue);
  }

  /** The next tokens as they are written, without what is no token between them. */
  private textUpTo(distance: number): string {
    let text = '';
    for (let ahead = 0; ahead <= distance; ahead += 1) {
      const token = this.tokenAt(ahead);
      if (token.kind === 'end') return ahead === 0 ? '<EOF>' : text;
      text += token.text;
      if (ahead < distance)
        text += hiddenText(this.text.slice(token.offset + token.text.length, this.tokenAt(ahead + 1).offset));
    }
    return text;
  }

  /** What may come after one of the rules around. */
  private following(): ReadonlySet<string> {
    const types = new Set<string>();
    for (let { frame } = this; frame.parent !== undefined; frame = frame.parent) {
      for (const type of firstOf(frame.follow).tokens) types.add(type);
    }
    return types;
  }

  private skipUntil(types: ReadonlySet<string>): void {
    while (this.typeAt(0) !== '<EOF>' && !types.has(this.typeAt(0))) this.consume();
  }

  private skipToFollowing(): void {
    this.countRecovery();
    const last = this.lastGivenUp;
    // Given up twice at the same place: without this it would never go on.
    if (last?.at === this.at && last.states.has(this.state)) this.consume();
    const states = this.lastGivenUp?.states ?? new Set();
    this.lastGivenUp = { at: this.at, states: states.add(this.state) };
    this.skipUntil(this.following());
  }

  private countRecovery(): void {
    if (this.recoveries === MOST_RECOVERIES) {
      this.issues.push({
        offset: this.tokenAt(0).offset,
        message: `Syntax error: error recovery attempt limit exceeded: ${String(MOST_RECOVERIES)}`,
      });
      throw new ParserGivenUp();
    }
    this.recoveries += 1;
  }
}

/** What is said of an expression whose parts are nested deeper than this. */
export function tooDeep(maximumDepth: number): string {
  return `expression recursion limit exceeded: ${String(maximumDepth)}`;
}

/** At least one issue. */
export function syntaxIssuesOf(text: string, tokens: readonly Token[], maximumDepth: number): readonly Issue[] {
  const parser = new RecoveringParser(text, tokens, maximumDepth);
  parser.parse();
  return parser.issues;
}
