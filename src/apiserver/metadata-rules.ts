/** The checks that every object's metadata passes. */
import { knowsFinalizers, validateObjectMeta, validateObjectMetaUpdate } from './kinds/metadata';
import { isDnsSubdomainName, isPathSegmentName } from './kinds/metadata/names';
import type { MetadataRules } from './registry/resource-store';

const PATH = 'metadata';
export const metadataRules: MetadataRules = {
  validate: ({ metadata }, { group, namespaced, strategy, isCustom }) =>
    validateObjectMeta(metadata, {
      namespaced,
      validateName: strategy.validateName?.bind(strategy) ?? isDnsSubdomainName,
      path: PATH,
      knowsFinalizers: !isCustom && knowsFinalizers(group),
    }),
  // What has its name already may keep it: an update is only asked for a name that a path can say.
  validateKept: ({ metadata }, { namespaced }) =>
    validateObjectMeta(metadata, { namespaced, validateName: isPathSegmentName, path: PATH }),
  validateUpdate: (next, old) => validateObjectMetaUpdate(next.metadata, old.metadata, PATH),
};
