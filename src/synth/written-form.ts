/**
 * The forms in which objects leave through a door that writes: files or stacks.
 */
import type { Construct } from 'constructs';
import { canonicalJson } from '../api/json';
import { describeObject, type Manifest } from '../api/object';
import { describeProblems, type Problem } from '../api/problem';
import { apiVersionOf } from '../api/resource-type';
import { AdrasteiaError } from '../errors';
import type { Kind, TreeSource } from '../plan/kind';
import { expand } from './expand';

/** CustomResources: the objects as they are, for a controller to expand. Expanded: what it would make of them, in their stead. */
export type WrittenForm = 'CustomResources' | 'Expanded';

/**
 * The objects in a form. In the expanded form no custom resource of these kinds is left that only a controller reads, so that a
 * cluster without their CRDs takes it; what the gate acts by stays, where there is a gate. An object that is given twice, word for
 * word, counts once.
 *
 * Throws `ObjectInvalid` with everything that is wrong where an object breaks the rules of its kind; in the expanded
 * form also where one can't be expanded, and what `expand` throws.
 */
export function inForm(
  form: WrittenForm,
  given: readonly Manifest[],
  kinds: readonly Kind<TreeSource<Construct>>[],
): readonly Manifest[] {
  const objects = withoutRepeats(given);
  const kindOf = (object: Manifest) =>
    kinds.find(({ type }) => type.kind === object.kind && apiVersionOf(type) === object.apiVersion);
  const invalid = objects.flatMap((object) =>
    (kindOf(object)?.validate(object) ?? []).map((problem) => named(object, problem)),
  );
  if (invalid.length > 0) throw refused(invalid);
  if (form === 'CustomResources') return objects;
  const { manifests, problems } = expand(objects, kinds);
  if (problems.length > 0) {
    throw refused(problems.map(({ object, ...problem }) => named({ kind: object.kind, metadata: object }, problem)));
  }
  return manifests.filter((manifest) => {
    const kind = kindOf(manifest);
    return kind === undefined || kind.isReadByPrograms === true;
  });
}

/** Files that are handed around bring along what they need, such as a namespace: one that says the same in two of them counts once. */
function withoutRepeats(objects: readonly Manifest[]): readonly Manifest[] {
  const texts = new Set<string>();
  return objects.filter((object) => {
    const text = canonicalJson(object);
    if (texts.has(text)) return false;
    texts.add(text);
    return true;
  });
}

function named(object: Parameters<typeof describeObject>[0], { path, message }: Problem): Problem {
  return { path: '', message: `${describeObject(object)}: ${path === '' ? message : `${path}: ${message}`}` };
}

function refused(problems: readonly Problem[]): AdrasteiaError {
  return new AdrasteiaError('ObjectInvalid', describeProblems(problems));
}
