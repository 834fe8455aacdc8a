/**
 * Validation of a kind's objects: what the API server would refuse, strictly as `kubectl --validate=strict`, and the rules
 * that a schema can't say. Every problem at once, each with the path of its field.
 *
 * In order: shape safety, defaults, the schema, lists that tell their items apart, rules. Rules are judged only where
 * types, required members and lengths are right, as the API server does it.
 */
import { isJsonObject } from '../api/json';
import type { Manifest } from '../api/object';
import type { Problem } from '../api/problem';
import { hasStatusSubresource } from './crd';
import { withDefaults } from './defaults';
import { memberPath } from './field-path';
import { type Check, compileCheck } from './json-schema';
import type { KindSchema } from './kind-schema';
import { nodeProblems } from './node-rules';
import { objectNode } from './object-node';
import type { SchemaNode } from './schema-node';
import { isBlocking, problemsOf, valueKind } from './schema-problem';

/** Levels of nesting of the deepest object that is looked at. */
const DEPTH_MAX = 256;

/** Everything that is wrong with an object. `previous` is the object before, for rules about changes. */
export type Validator = (object: Manifest, previous?: Manifest) => readonly Problem[];

interface Compiled {
  readonly node: SchemaNode;
  readonly check: Check;
}

/**
 * The validator of a kind. It compiles at the first call for its kind, never throws on any JSON value, doesn't change the object, and
 * judges the object with its defaults filled in. Status is left out where it is a subresource, as on any write to the object.
 */
export function validatorOf(schema: KindSchema): Validator {
  return (object, previous) => validate(schema, compiledFor(schema), object, previous);
}

/** Compiling a large schema takes up to a second: each is compiled once, whoever asks. */
const compiled = new WeakMap<KindSchema, Compiled>();

function compiledFor(schema: KindSchema): Compiled {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const node = objectNode(schema);
  const made = { node, check: compileCheck(node) };
  compiled.set(schema, made);
  return made;
}

function validate(
  schema: KindSchema,
  { node, check }: Compiled,
  object: unknown,
  previous: unknown,
): readonly Problem[] {
  if (!isJsonObject(object)) return [{ path: '', message: `must be an object, not ${valueKind(object)}` }];
  const unsafe = unsafeMembers(object);
  if (unsafe.length > 0) return unsafe;

  const judged = withDefaults(node, withoutStatus(schema, object));
  const errors = check(judged);
  const problems = [...errors.flatMap((error) => problemsOf(error, judged)), ...metadataProblems(schema, judged)];
  const before =
    isJsonObject(previous) && unsafeMembers(previous).length === 0
      ? withDefaults(node, withoutStatus(schema, previous))
      : undefined;
  const rulesApply = !errors.some(isBlocking);
  problems.push(...nodeProblems(node, judged, before, rulesApply));
  if (rulesApply) problems.push(...ruleProblems(schema, judged as Manifest, before as Manifest | undefined));
  return problems;
}

function withoutStatus(schema: KindSchema, object: object): object {
  if (!hasStatusSubresource(schema)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== 'status'));
}

function ruleProblems(schema: KindSchema, object: Manifest, previous: Manifest | undefined): Problem[] {
  return (schema.rules ?? [])
    .filter((rule) => !holds(() => rule.holds(object, previous)))
    .map(({ path, message }) => ({ path, message }));
}

/** A rule that can't be judged doesn't hold: the API server refuses such objects as well. */
function holds(claim: () => boolean): boolean {
  try {
    return claim();
  } catch {
    return false;
  }
}

/** What object-meta's schema can't say: a name is there in one form, and namespaces only where the kind has them. */
function metadataProblems(schema: KindSchema, object: unknown): Problem[] {
  const metadata = isJsonObject(object) ? object['metadata'] : undefined;
  if (!isJsonObject(metadata)) return [];
  const problems: Problem[] = [];
  if (metadata['name'] === undefined && metadata['generateName'] === undefined)
    problems.push({ path: 'metadata.name', message: 'is required' });
  if (!schema.type.namespaced && metadata['namespace'] !== undefined) {
    problems.push({ path: 'metadata.namespace', message: `must be left out: ${schema.type.kind} has no namespace` });
  }
  return problems;
}

/** Members that JavaScript would take for the prototype, and nesting that would exhaust the stack of those who walk it. */
function unsafeMembers(root: object): Problem[] {
  const seen = new Set<object>();
  const open: { readonly value: object; readonly path: string; readonly depth: number }[] = [
    { value: root, path: '', depth: 0 },
  ];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at.value)) continue;
    seen.add(at.value);
    if (at.depth > DEPTH_MAX)
      return [{ path: at.path.slice(0, 80), message: `is nested more than ${DEPTH_MAX} levels deep` }];
    const isList = Array.isArray(at.value);
    if (!isList && Object.hasOwn(at.value, '__proto__')) {
      return [{ path: memberPath(at.path, '__proto__'), message: 'is no name that a member may have; take it out' }];
    }
    for (const [name, value] of Object.entries(at.value) as [string, unknown][]) {
      if (typeof value !== 'object' || value === null) continue;
      open.push({ value, path: isList ? `${at.path}[${name}]` : memberPath(at.path, name), depth: at.depth + 1 });
    }
  }
  return [];
}
