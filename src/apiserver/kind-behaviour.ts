import type { BuiltinBehaviour } from './builtin-resource';
import { definitionStrategy } from './custom-resources/definition-strategy';
import type { ValidationRules } from './custom-resources/validation-rules';

export function kindBehaviour(group: string, resource: string, rules: ValidationRules): BuiltinBehaviour | undefined {
  if (group === 'apiextensions.k8s.io' && resource === 'customresourcedefinitions') {
    return { strategy: definitionStrategy(rules), columns: [] };
  }
  return undefined;
}
