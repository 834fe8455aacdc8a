/** What the names in a definition may be. */
import { type FieldError, invalidField } from '../field-error';
import { dns1035LabelErrors } from '../schema/name-rules';
import type { DefinitionNames } from './definition';

/** What is wrong with names; those that are missing are told of elsewhere. */
export function definitionNameErrors(names: Partial<DefinitionNames> | undefined, path: string): FieldError[] {
  const { plural = '', singular = '', kind = '', listKind = '', shortNames, categories } = names ?? {};
  return [
    ...labelErrors(plural, `${path}.plural`),
    ...labelErrors(singular, `${path}.singular`),
    ...kindErrors(kind, `${path}.kind`),
    ...kindErrors(listKind, `${path}.listKind`),
    ...listedErrors(shortNames, `${path}.shortNames`),
    ...(kind !== '' && kind === listKind
      ? [invalidField(`${path}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...listedErrors(categories, `${path}.categories`),
  ];
}

function labelErrors(name: string, path: string): FieldError[] {
  const errors = name === '' ? [] : dns1035LabelErrors(name);
  return errors.length === 0 ? [] : [invalidField(path, name, errors.join(','))];
}

function kindErrors(kind: string, path: string): FieldError[] {
  const errors = kind === '' ? [] : dns1035LabelErrors(kind.toLowerCase());
  if (errors.length === 0) return [];
  return [invalidField(path, kind, `may have mixed case, but should otherwise match: ${errors.join(',')}`)];
}

function listedErrors(names: readonly string[] | null | undefined, path: string): FieldError[] {
  return (names ?? []).flatMap((name, index) => {
    const errors = dns1035LabelErrors(name);
    return errors.length === 0 ? [] : [invalidField(`${path}[${String(index)}]`, name, errors.join(','))];
  });
}
