/** Regular expressions of RE2's syntax, in time linear in the text. */
import { RE2JS, RE2JSSyntaxException } from '@bufbuild/re2';

export interface Regex {
  matches(text: string): boolean;
  /** The leftmost match, or the empty text. */
  find(text: string): string;
  /** At most so many matches, from left to right, none within another; all where `limit` is negative. */
  findAll(text: string, limit: number): readonly string[];
}

/** Why a pattern is none; the message is RE2's. */
export class InvalidPatternError extends Error {
  override readonly name = 'InvalidPatternError';
}

type Program = ReturnType<RE2JS['re2']>['prog'];

interface Thread {
  readonly at: number;
  readonly start: number;
}

const BEGIN_LINE = 1;
const END_LINE = 2;
const BEGIN_TEXT = 4;
const END_TEXT = 8;
const WORD_BOUNDARY = 16;
const NO_WORD_BOUNDARY = 32;

/** As RE2 numbers its instructions. */
const ALT = 1;
const ALT_MATCH = 2;
const CAPTURE = 3;
const EMPTY_WIDTH = 4;
const FAIL = 5;
const MATCH = 6;
const NOP = 7;

function isWord(text: string, at: number): boolean {
  return /[A-Za-z0-9_]/.test(text.charAt(at));
}

/** The conditions that hold between two characters. */
function conditionsAt(text: string, at: number): number {
  let conditions = at === 0 ? BEGIN_TEXT | BEGIN_LINE : text.charAt(at - 1) === '\n' ? BEGIN_LINE : 0;
  if (at === text.length) conditions |= END_TEXT | END_LINE;
  else if (text.charAt(at) === '\n') conditions |= END_LINE;
  const isBoundary = (at > 0 && isWord(text, at - 1)) !== (at < text.length && isWord(text, at));
  return conditions | (isBoundary ? WORD_BOUNDARY : NO_WORD_BOUNDARY);
}

/** Adds a thread and all it leads to without reading, the preferred way first. */
function addThreads(program: Program, threads: Map<number, Thread>, thread: Thread, conditions: number): void {
  const pending = [thread.at];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (threads.has(at)) continue;
    threads.set(at, { at, start: thread.start });
    const instruction = program.getInst(at);
    switch (instruction.op) {
      case ALT:
      case ALT_MATCH:
        pending.push(instruction.arg, instruction.out);
        break;
      case CAPTURE:
      case NOP:
        pending.push(instruction.out);
        break;
      case EMPTY_WIDTH:
        if ((instruction.arg & ~conditions) === 0) pending.push(instruction.out);
        break;
      default:
    }
  }
}

/** Where the leftmost match at or after an index lies, of those that begin there the preferred one. */
function findMatch(program: Program, text: string, from: number): readonly [number, number] | undefined {
  let threads = new Map<number, Thread>();
  let match: readonly [number, number] | undefined;
  for (let at = from; ; ) {
    const conditions = conditionsAt(text, at);
    if (match === undefined) addThreads(program, threads, { at: program.start, start: at }, conditions);
    const code = text.codePointAt(at);
    const width = code !== undefined && code > 0xffff ? 2 : 1;
    const next = new Map<number, Thread>();
    const nextConditions = code === undefined ? 0 : conditionsAt(text, at + width);
    for (const thread of threads.values()) {
      const instruction = program.getInst(thread.at);
      if (instruction.op === MATCH) {
        match = [thread.start, at];
        break;
      }
      const isReading = instruction.op > NOP && code !== undefined && instruction.op !== FAIL;
      if (isReading && instruction.matchRune(code)) {
        addThreads(program, next, { at: instruction.out, start: thread.start }, nextConditions);
      }
    }
    threads = next;
    if (code === undefined || (threads.size === 0 && match !== undefined)) return match;
    at += width;
  }
}

class CompiledRegex implements Regex {
  constructor(private readonly compiled: RE2JS) {}

  matches(text: string): boolean {
    return this.compiled.test(text);
  }

  find(text: string): string {
    const match = findMatch(this.compiled.re2().prog, text, 0);
    return match === undefined ? '' : text.slice(...match);
  }

  findAll(text: string, limit: number): readonly string[] {
    const found: string[] = [];
    let lastEnd = -1;
    for (let at = 0; at <= text.length && (limit < 0 || found.length < limit); ) {
      const match = findMatch(this.compiled.re2().prog, text, at);
      if (match === undefined) break;
      const [start, end] = match;
      // An empty match right behind the last one doesn't count.
      if (end > start || start !== lastEnd) found.push(text.slice(start, end));
      lastEnd = end;
      at = end > at ? end : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    }
    return found;
  }
}

/** Throws `InvalidPatternError`. */
export function compileRegex(pattern: string): Regex {
  try {
    return new CompiledRegex(RE2JS.compile(pattern));
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new InvalidPatternError(error.message);
    throw error;
  }
}

const KEPT = 200;
const kept = new Map<string, Regex>();

/** As `compileRegex`, for patterns that are known only when an expression runs: the latest are kept. */
export function regexOf(pattern: string): Regex {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const regex = compileRegex(pattern);
  const oldest = kept.size >= KEPT ? kept.keys().next() : undefined;
  if (oldest?.done === false) kept.delete(oldest.value);
  kept.set(pattern, regex);
  return regex;
}
