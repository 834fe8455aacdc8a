/** The checks that every object's metadata passes. */
import { validateObjectMeta, validateObjectMetaUpdate } from './kinds/metadata';
import type { MetadataRules } from './registry/resource-store';

const PATH = 'metadata';
const MAY_NOT_BE = ['.', '..'];
const MAY_NOT_CONTAIN = ['/', '%'];

/** A name must at least be one step of a path; kinds with stricter rules say them. */
function pathSegmentProblems(name: string, isPrefix: boolean): readonly string[] {
  const problems = isPrefix ? [] : MAY_NOT_BE.filter((word) => name === word).map((word) => `may not be '${word}'`);
  return [
    ...problems,
    ...MAY_NOT_CONTAIN.filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`),
  ];
}

export const metadataRules: MetadataRules = {
  validate: ({ metadata }, { namespaced, strategy, isCustom }) =>
    validateObjectMeta(metadata, {
      namespaced,
      validateName: strategy.validateName?.bind(strategy) ?? pathSegmentProblems,
      path: PATH,
      knowsFinalizers: !isCustom,
    }),
  validateUpdate: (next, old) => validateObjectMetaUpdate(next.metadata, old.metadata, PATH),
};
