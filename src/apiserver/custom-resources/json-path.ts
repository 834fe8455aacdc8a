/**
 * Paths by which CRDs point into objects: printer columns, scale and selectable fields. The language of `kubectl -o jsonpath`
 * without its loops: members, quotes, indices, slices, wildcards, unions, filters and recursion.
 * @see https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
import { isJsonObject, type JsonValue } from '../../api/json';
import { type Comparison, compare } from './json-path-comparison';

/** A text that is no path. */
export class JsonPathSyntax extends Error {
  override readonly name = 'JsonPathSyntax';
}

/** A compiled path: the values it leads to in a value, or undefined where it can't be followed (an index outside of a list). */
export type JsonPath = (value: JsonValue) => readonly JsonValue[] | undefined;

/** Follows a path from some values; throws `Unfollowable`. */
type Step = (values: readonly JsonValue[]) => readonly JsonValue[];

class Unfollowable extends Error {}

/** The path that a text says: `.spec.list[0].name`. Throws `JsonPathSyntax`. */
export function jsonPath(text: string): JsonPath {
  const steps = new Parser(text).steps();
  return (value) => {
    try {
      return follow(steps, [value]);
    } catch (error) {
      if (error instanceof Unfollowable) return undefined;
      throw error;
    }
  };
}

function follow(steps: readonly Step[], values: readonly JsonValue[]): readonly JsonValue[] {
  return steps.reduce((current, step) => step(current), values);
}

/** Where a name ends, unless escaped. */
const ENDS_NAME = /[\s.,[\]$@{}]/;

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  steps(): Step[] {
    const steps: Step[] = [];
    while (this.at < this.text.length) {
      const step = this.step();
      if (step !== undefined) steps.push(step);
    }
    return steps;
  }

  private step(): Step | undefined {
    const rest = this.text.slice(this.at);
    const [first = ''] = rest;
    if (rest.startsWith('[?(')) return this.filter();
    if (rest.startsWith('..')) return this.recursion();
    if (first === ' ' || first === '@' || first === '$') {
      this.at++;
      return undefined;
    }
    if (first === '[') return this.bracket();
    if (first === '"' || first === "'") return constant(this.quoted(first));
    if (first === '.') {
      this.at++;
      return this.member();
    }
    if (/[-+\d]/.test(first)) return constant(this.number());
    if (/[\p{L}_]/u.test(first)) return this.word();
    throw new JsonPathSyntax(`unrecognized character in action: ${JSON.stringify(first)}`);
  }

  private name(): string {
    const start = this.at;
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at);
      if (character === '\\') this.at++;
      else if (ENDS_NAME.test(character)) break;
      this.at++;
    }
    return this.text.slice(start, this.at);
  }

  private member(): Step {
    const name = this.name();
    return name === '*' ? everything : memberStep(name.replaceAll('\\', ''));
  }

  private recursion(): Step {
    this.at += 2;
    const next = this.text.charAt(this.at);
    if (this.text.startsWith('..', this.at)) throw new JsonPathSyntax('invalid multiple recursive descent');
    if (!/[\p{L}\d_]/u.test(next)) return descend;
    const member = this.member();
    return (values) => member(descend(values));
  }

  private quoted(quote: string): string {
    let end = this.at + 1;
    while (end < this.text.length && !(this.text.charAt(end) === quote && this.text.charAt(end - 1) !== '\\')) end++;
    if (end >= this.text.length) throw new JsonPathSyntax('unterminated quoted string');
    const inside = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return inside.replaceAll(/\\(.)/g, '$1');
  }

  private number(): number {
    const [written = ''] = /^[-+]?[\d.]*/.exec(this.text.slice(this.at)) ?? [];
    this.at += written.length;
    const number = Number(written);
    if (written === '' || Number.isNaN(number)) throw new JsonPathSyntax(`cannot parse number ${written}`);
    return number;
  }

  private word(): Step {
    const word = this.name();
    if (word === 'true' || word === 'false') return constant(word === 'true');
    // Loops (`range`, `end`) have no place here.
    return () => {
      throw new Unfollowable(`unrecognized identifier ${word}`);
    };
  }

  private bracket(): Step {
    const end = this.text.indexOf(']', this.at);
    if (end < 0) throw new JsonPathSyntax('unterminated array');
    const inside = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    const parts = inside.split(',');
    if (parts.length < 2) return bracketStep(inside);
    const steps = parts.map((part) => bracketStep(part.trim()));
    return (values) => steps.flatMap((step) => step(values));
  }

  private filter(): Step {
    this.at += 3;
    const start = this.at;
    let quote = '';
    for (; this.at < this.text.length; this.at++) {
      const character = this.text.charAt(this.at);
      if (quote === '' && character === ')') break;
      if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote && this.text.charAt(this.at - 1) !== '\\') quote = '';
    }
    if (this.at >= this.text.length) throw new JsonPathSyntax('unterminated filter');
    const inside = this.text.slice(start, this.at);
    if (this.text.charAt(this.at + 1) !== ']') throw new JsonPathSyntax('unclosed array expect ]');
    this.at += 2;
    return filterStep(inside);
  }
}

function constant(value: JsonValue): Step {
  return (values) => values.map(() => value);
}

function memberStep(name: string): Step {
  return (values) =>
    values.flatMap((value) => (isJsonObject(value) && Object.hasOwn(value, name) ? [value[name] ?? null] : []));
}

const everything: Step = (values) => values.flatMap(partsOf);

function partsOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  return isJsonObject(value) ? Object.keys(value).map((name) => value[name] ?? null) : [];
}

const descend: Step = (values) =>
  values.flatMap((value) => {
    const parts = partsOf(value);
    return parts.length === 0 ? [] : [value, ...descend(parts)];
  });

/** What stands between brackets: a quoted name, an index, or a slice. */
function bracketStep(inside: string): Step {
  const [, name] = /^'([^']*)'$/.exec(inside) ?? [];
  // Dots in quotes separate names all the same, unless escaped.
  if (name !== undefined) return (values) => follow(new Parser(`.${name}`).steps(), values);
  const slice = inside === '*' ? ':' : inside;
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(slice);
  if (match === null || /-(?:$|:)/.test(slice)) throw new JsonPathSyntax(`invalid array index ${inside}`);
  const [, from, to, step] = match;
  const begin = from === undefined || from === '' ? 0 : Number(from);
  const isIndex = to === undefined;
  const stepBy = step === undefined || step === ':' ? 1 : Number(step.slice(1));
  return (values) =>
    values.flatMap((value) => {
      if (value === null) return [];
      if (!Array.isArray(value)) throw new Unfollowable('not a list');
      const end = isIndex ? begin + 1 : to === ':' ? value.length : Number(to.slice(1));
      return sliced(value as readonly JsonValue[], { begin, end, isIndex, stepBy });
    });
}

interface Slice {
  readonly begin: number;
  readonly end: number;
  /** `[-1]` ends at the list's end, not before it. */
  readonly isIndex: boolean;
  readonly stepBy: number;
}

function sliced(list: readonly JsonValue[], { begin, end, isIndex, stepBy }: Slice): readonly JsonValue[] {
  const from = begin < 0 ? begin + list.length : begin;
  const to = end < 0 || (end === 0 && isIndex) ? end + list.length : end;
  if (from === to) return [];
  const isInside = from >= 0 && from < list.length && to >= 0 && to <= list.length && from < to;
  if (!isInside || stepBy <= 0) throw new Unfollowable('outside of the list');
  return list.slice(from, to).filter((_, index) => index % stepBy === 0);
}

function filterStep(inside: string): Step {
  const match = /^([^!<>=]+)([!<>=]+)(.+)$/.exec(inside);
  const [, leftText = inside, operator, rightText = ''] = match ?? [];
  const left = new Parser(leftText).steps();
  const right = new Parser(rightText).steps();
  const passes = (item: JsonValue): boolean => {
    if (operator === undefined) return exists(left, item);
    const lefts = follow(left, [item]);
    const rights = follow(right, [item]);
    const [a] = lefts;
    const [b] = rights;
    if (a === undefined || b === undefined) return false;
    const result = lefts.length > 1 || rights.length > 1 ? undefined : compare(a, operator as Comparison, b);
    if (result === undefined) throw new Unfollowable('what is compared has not one type');
    return result;
  };
  return (values) =>
    values.flatMap((value) => {
      if (!Array.isArray(value)) throw new Unfollowable('not a list');
      return (value as readonly JsonValue[]).filter(passes);
    });
}

function exists(steps: readonly Step[], item: JsonValue): boolean {
  try {
    return follow(steps, [item]).length > 0;
  } catch (error) {
    if (error instanceof Unfollowable) return false;
    throw error;
  }
}
