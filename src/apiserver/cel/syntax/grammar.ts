/**
 * The grammar as a graph. The parser of cel-go is generated from it, and says what it expected where in terms of its states;
 * here it serves to say the same of a text that is no expression.
 * @see github.com/google/cel-go/parser/gen/CEL.g4, v0.26
 */
import type { Token } from './lexer';

export type RuleName =
  | 'start'
  | 'expr'
  | 'conditionalOr'
  | 'conditionalAnd'
  | 'relation'
  | 'calc'
  | 'unary'
  | 'member'
  | 'primary'
  | 'exprList'
  | 'listInit'
  | 'fieldInitializerList'
  | 'optField'
  | 'mapInitializerList'
  | 'escapeIdent'
  | 'optExpr'
  | 'literal';

/** How it is told which way a state is left. */
export type Decision =
  /** The first way where the next token fits it, else the last. */
  | { readonly kind: 'optional' }
  /** The way that the next token fits. */
  | { readonly kind: 'next' }
  /** The way that the tokens fit, as many as it takes. */
  | { readonly kind: 'lookahead' }
  /** The first way where an operator follows that binds as tight as the rule asks, else the last. */
  | { readonly kind: 'operator'; readonly levels: ReadonlyMap<string, number> };

interface Match {
  readonly kind: 'match';
  readonly tokens: ReadonlySet<string>;
  readonly next: State;
}

interface RuleCall {
  readonly kind: 'call';
  readonly rule: RuleName;
  /** How tight operators in the rule must bind. */
  readonly level: number;
  readonly next: State;
}

export interface Choice {
  readonly kind: 'choice';
  readonly ways: readonly State[];
  readonly decision: Decision;
  /** Where a repetition comes back to: what doesn't fit is skipped there. */
  readonly isRepeating: boolean;
}

export type State = Match | RuleCall | Choice | { readonly kind: 'end' };

const SIGNS = '== != in < <= >= > && || [ ] { } ( ) . , - ! ? : + * / % true false null'
  .split(' ')
  .map((sign) => `'${sign}'`);

/** All tokens, in the order in which messages list them. */
export const TOKEN_ORDER: readonly string[] = [
  '<EOF>',
  ...SIGNS,
  'NUM_FLOAT',
  'NUM_INT',
  'NUM_UINT',
  'STRING',
  'BYTES',
  'IDENTIFIER',
  'ESC_IDENTIFIER',
];

const NAMES: Readonly<Record<Exclude<Token['kind'], 'sign'>, string>> = {
  identifier: 'IDENTIFIER',
  escapedIdentifier: 'ESC_IDENTIFIER',
  int: 'NUM_INT',
  uint: 'NUM_UINT',
  double: 'NUM_FLOAT',
  string: 'STRING',
  bytes: 'BYTES',
  end: '<EOF>',
};

/** What a token is to the grammar: `'('`, `IDENTIFIER`. */
export function typeOfToken({ kind, text }: Token): string {
  return kind === 'sign' ? `'${text}'` : NAMES[kind];
}

/** Makes the states of a part of a rule, given what follows. */
type Part = (next: State) => State;

const OPTIONAL: Decision = { kind: 'optional' };
const NEXT: Decision = { kind: 'next' };
const LOOKAHEAD: Decision = { kind: 'lookahead' };

/** One of some tokens, with a space between them. */
function token(types: string): Part {
  const tokens = new Set(types.split(' ').map((type) => (/^[A-Z<]..+/.test(type) ? type : `'${type}'`)));
  return (next) => ({ kind: 'match', tokens, next });
}

function rule(name: RuleName, level = 0): Part {
  return (next) => ({ kind: 'call', rule: name, level, next });
}

function sequence(...parts: readonly Part[]): Part {
  return (next) => parts.reduceRight((after, part) => part(after), next);
}

function oneOf(decision: Decision, ...parts: readonly Part[]): Part {
  return (next) => ({ kind: 'choice', ways: parts.map((part) => part(next)), decision, isRepeating: false });
}

function optional(part: Part): Part {
  return (next) => ({ kind: 'choice', ways: [part(next), next], decision: OPTIONAL, isRepeating: false });
}

/** Any number of times. */
function repeated(part: Part, decision: Decision = OPTIONAL): Part {
  return (next) => {
    const ways: State[] = [];
    ways.push(part({ kind: 'choice', ways, decision, isRepeating: true }), next);
    return { kind: 'choice', ways, decision, isRepeating: false };
  };
}

/** Once or more often. */
function repeatedOnce(part: Part, decision: Decision = OPTIONAL): Part {
  return (next) => {
    const ways: State[] = [];
    const body = part({ kind: 'choice', ways, decision, isRepeating: true });
    ways.push(body, next);
    return { kind: 'choice', ways: [body], decision: NEXT, isRepeating: false };
  };
}

/** Operators with what follows them, each with how tight it binds. */
function operators(levels: Readonly<Record<string, number>>, part: Part): Part {
  const named = Object.entries(levels).map(([sign, level]) => [`'${sign}'`, level] as const);
  return repeated(part, { kind: 'operator', levels: new Map(named) });
}

const RELATIONS = { '<': 1, '<=': 1, '>=': 1, '>': 1, '==': 1, '!=': 1, in: 1 };
const NAME = sequence(optional(token('.')), token('IDENTIFIER'));
const ENTRY_VALUE = sequence(token(':'), rule('expr'));

function listOfEntries(entry: Part): Part {
  return sequence(entry, ENTRY_VALUE, repeated(sequence(token(','), entry, ENTRY_VALUE), LOOKAHEAD));
}

function enclosed(open: string, entries: RuleName, close: string): Part {
  return sequence(token(open), optional(rule(entries)), optional(token(',')), token(close));
}

const CALL = sequence(token('('), optional(rule('exprList')), token(')'));

const PARTS: Readonly<Record<RuleName, Part>> = {
  start: sequence(rule('expr'), token('<EOF>')),
  expr: sequence(
    rule('conditionalOr'),
    optional(sequence(token('?'), rule('conditionalOr'), token(':'), rule('expr'))),
  ),
  conditionalOr: sequence(rule('conditionalAnd'), repeated(sequence(token('||'), rule('conditionalAnd')))),
  conditionalAnd: sequence(rule('relation'), repeated(sequence(token('&&'), rule('relation')))),
  relation: sequence(
    rule('calc'),
    operators(RELATIONS, sequence(token(Object.keys(RELATIONS).join(' ')), rule('relation', 2))),
  ),
  calc: sequence(
    rule('unary'),
    operators(
      { '*': 2, '/': 2, '%': 2, '+': 1, '-': 1 },
      oneOf(NEXT, sequence(token('* / %'), rule('calc', 3)), sequence(token('+ -'), rule('calc', 2))),
    ),
  ),
  unary: oneOf(
    LOOKAHEAD,
    rule('member'),
    sequence(repeatedOnce(token('!')), rule('member')),
    sequence(repeatedOnce(token('-'), LOOKAHEAD), rule('member')),
  ),
  member: sequence(
    rule('primary'),
    operators(
      { '.': 1, '[': 1 },
      oneOf(
        LOOKAHEAD,
        sequence(token('.'), optional(token('?')), rule('escapeIdent')),
        sequence(token('.'), token('IDENTIFIER'), CALL),
        sequence(token('['), optional(token('?')), rule('expr'), token(']')),
      ),
    ),
  ),
  primary: oneOf(
    LOOKAHEAD,
    NAME,
    sequence(NAME, CALL),
    sequence(token('('), rule('expr'), token(')')),
    enclosed('[', 'listInit', ']'),
    enclosed('{', 'mapInitializerList', '}'),
    sequence(NAME, repeated(sequence(token('.'), token('IDENTIFIER'))), enclosed('{', 'fieldInitializerList', '}')),
    rule('literal'),
  ),
  exprList: sequence(rule('expr'), repeated(sequence(token(','), rule('expr')))),
  listInit: sequence(rule('optExpr'), repeated(sequence(token(','), rule('optExpr')), LOOKAHEAD)),
  fieldInitializerList: listOfEntries(rule('optField')),
  optField: sequence(optional(token('?')), rule('escapeIdent')),
  mapInitializerList: listOfEntries(rule('optExpr')),
  escapeIdent: oneOf(NEXT, token('IDENTIFIER'), token('ESC_IDENTIFIER')),
  optExpr: sequence(optional(token('?')), rule('expr')),
  literal: oneOf(
    LOOKAHEAD,
    sequence(optional(token('-')), token('NUM_INT')),
    token('NUM_UINT'),
    sequence(optional(token('-')), token('NUM_FLOAT')),
    token('STRING'),
    token('BYTES'),
    token('true'),
    token('false'),
    token('null'),
  ),
};

const END: State = { kind: 'end' };
const STARTS = new Map(Object.entries(PARTS).map(([name, part]) => [name, part(END)]));

/** Where a rule begins. */
export function startOf(name: RuleName): State {
  return STARTS.get(name) ?? END;
}
