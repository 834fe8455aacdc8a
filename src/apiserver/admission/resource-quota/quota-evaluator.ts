/** How objects of a resource count against quotas. */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { objectsAt, stringAt, stringsAt } from '../../authentication/json-members';
import type { GroupResource } from '../../status-error';
import type { AdmissionAttributes } from '../admission';
import { type Amounts, ONE } from '../resource-amounts';

export interface QuotaEvaluator {
  readonly type: GroupResource;
  /** True if a request may change how much is used. */
  handles(attributes: AdmissionAttributes, object: KubeObject): boolean;
  /** True for a resource name (`pods`, `requests.cpu`, `count/pods`) that these objects use. */
  isMeasured(name: string): boolean;
  usageOf(object: KubeObject, now: Date): Amounts;
  /** True if a scope of a quota takes in the object. Absent: there are no scopes for it. */
  isInScope?(scope: ScopeRequirement, object: KubeObject): boolean;
  /** What the object must say before the resources given can be counted; undefined where it does. */
  findMissing?(names: readonly string[], object: KubeObject): string | undefined;
}

export interface ScopeRequirement {
  readonly scope: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** All scopes that a quota asks for. */
export function scopesOf(quota: unknown): readonly ScopeRequirement[] {
  const named = stringsAt(quota, 'spec', 'scopes').map((scope) => ({ scope, operator: 'Exists', values: [] }));
  const selected = objectsAt(quota, 'spec', 'scopeSelector', 'matchExpressions').map((expression: JsonObject) => ({
    scope: stringAt(expression, 'scopeName'),
    operator: stringAt(expression, 'operator'),
    values: stringsAt(expression, 'values'),
  }));
  return [...named, ...selected];
}

/** True if one of the names fits the requirement; no name at all counts as one that is absent. */
export function fitsNames({ operator, values }: ScopeRequirement, names: readonly string[]): boolean {
  const each = names.length === 0 ? [undefined] : names;
  return each.some((name) => {
    switch (operator) {
      case 'In':
        return name !== undefined && values.includes(name);
      case 'NotIn':
        return name === undefined || !values.includes(name);
      case 'Exists':
        return name !== undefined;
      case 'DoesNotExist':
        return name === undefined;
      default:
        return false;
    }
  });
}

/** `count/pods`, `count/deployments.apps` */
function objectCountName({ group, resource }: GroupResource): string {
  return `count/${resource}${group === '' ? '' : `.${group}`}`;
}

/** Core resources that can also be counted by their plain name. */
const ALIASES: ReadonlySet<string> = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);

/** Counts objects, one each. */
export function objectCountEvaluator(type: GroupResource): QuotaEvaluator {
  const names = [objectCountName(type)];
  if (type.group === '' && ALIASES.has(type.resource)) names.push(type.resource);
  const usage: Amounts = new Map(names.map((name) => [name, ONE]));
  return {
    type,
    handles: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    isMeasured: (name) => usage.has(name),
    usageOf: () => usage,
  };
}
