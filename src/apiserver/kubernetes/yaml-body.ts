/**
 * Bodies of requests in YAML, as Go's library reads it.
 */
import { type Document, parseDocument, type YAMLError } from 'yaml';
import type { Draft, DraftObject } from '../draft';
import { setMember } from '../fields/member';
import { integerValue } from '../json/int64';
import { BodySyntaxError, withinDepth } from './body-syntax';
import { type ParsedBody, parseJsonBody } from './json-body';

const ALIASES_MAX = 100;
/** Maybe an integer that a double doesn't hold, in any of YAML's notations. */
const LONG_DIGITS = /[\da-fA-F_]{14}/;

/** Timestamps and numbers of base 60 are texts to Go's YAML. */
const TEXTS_TO_GO: ReadonlySet<string> = new Set([
  'tag:yaml.org,2002:timestamp',
  'tag:yaml.org,2002:set',
  'tag:yaml.org,2002:omap',
  'tag:yaml.org,2002:pairs',
  'tag:yaml.org,2002:binary',
]);

/**
 * The value of a YAML text, of which the first document counts: YAML 1.1 as Go's library reads it. Throws `BodySyntaxError`.
 */
export function parseYamlBody(text: string, findDuplicates: boolean): ParsedBody {
  return findJson(text) ?? parseYaml(text, findDuplicates);
}

/** Most clients send JSON under the name of YAML, which is read many times faster; undefined for what only YAML can be. */
function findJson(text: string): ParsedBody | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const body = parseJsonBody(text, true);
    // Keys that are there twice are told in YAML's words.
    return body.duplicates.length === 0 ? body : undefined;
  } catch (error) {
    if (error instanceof BodySyntaxError) return undefined;
    throw error;
  }
}

function parseYaml(text: string, findDuplicates: boolean): ParsedBody {
  const document = parseDocument(firstDocument(text), {
    version: '1.1',
    uniqueKeys: false,
    merge: true,
    stringKeys: false,
    logLevel: 'silent',
    intAsBigInt: LONG_DIGITS.test(text),
    customTags: (tags) =>
      tags.filter((tag) => typeof tag !== 'object' || (!TEXTS_TO_GO.has(tag.tag) && tag.format !== 'TIME')),
  });
  const [error] = document.errors;
  if (error !== undefined) throw new BodySyntaxError(yamlProblem(error));
  const value = withinDepth(() => asJson(unfolded(document)));
  return { value, duplicates: findDuplicates ? yamlDuplicates(text) : [] };
}

/** The document with its aliases unfolded, of which a small text can make a large value. */
function unfolded(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const anchor = /Unresolved alias.*: (\S+)$/.exec(error.message)?.[1];
    const what =
      anchor === undefined ? 'document contains excessive aliasing' : `unknown anchor '${anchor}' referenced`;
    throw new BodySyntaxError(`yaml: ${what}`, { cause: error });
  }
}

function firstDocument(text: string): string {
  const end = /\n---(?:\s|$)/.exec(text.startsWith('---') ? text.slice(3) : text);
  if (end === null) return text;
  return text.slice(0, end.index + (text.startsWith('---') ? 3 : 0) + 1);
}

/** A value of YAML as the JSON that Go makes of it: a copy, in which nothing is shared. */
function asJson(value: unknown): Draft {
  if (typeof value === 'bigint') return integerValue(value);
  if (typeof value === 'number') return finite(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map(asJson);
  const members: DraftObject = {};
  for (const [key, member] of Object.entries(value)) setMember(members, key, asJson(member));
  return members;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) {
    throw new BodySyntaxError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
  }
  return value === 0 ? 0 : value;
}

function yamlProblem({ linePos, message }: YAMLError): string {
  const [first = ''] = message.split('\n');
  return `yaml: line ${String(linePos?.[0].line ?? 1)}: ${first.replace(/ at line \d+, column \d+:?$/, '')}`;
}

/** Go tells of all repeated keys of a YAML text at once. */
function yamlDuplicates(text: string): readonly string[] {
  const { errors } = parseDocument(firstDocument(text), {
    version: '1.1',
    uniqueKeys: true,
    merge: true,
    logLevel: 'silent',
  });
  const lines = errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(({ linePos, pos: [from] }) => {
      const key = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^:\s,{}]+))/.exec(text.slice(from));
      return `  line ${String(linePos?.[0].line ?? 1)}: key ${JSON.stringify(key?.[1] ?? key?.[2] ?? key?.[3] ?? '')} already set in map`;
    });
  return lines.length === 0 ? [] : [`yaml: unmarshal errors:\n${lines.join('\n')}`];
}
