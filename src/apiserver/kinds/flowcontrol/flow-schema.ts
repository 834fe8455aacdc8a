/**
 * Flow schemas.
 * @see k8s.io/kubernetes/pkg/apis/flowcontrol/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { ensureObject } from '../../draft';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { flagAt, listAt, numberAt, objectAt, textAt, textsAt } from '../json-members';
import { addProblems, dnsLabelProblems, dnsSubdomainProblems } from '../metadata';
import { FLOW_CONTROL_BASE, flowConditionErrors } from './status-conditions';

const DEFAULT_PRECEDENCE = 1000;
const PRECEDENCE_MAX = 10_000;
const METHODS = ['ByNamespace', 'ByUser'];
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
/** Each kind of subject with the member that names it, in the order in which the server looks at the others. */
const SUBJECTS: ReadonlyMap<string, { readonly member: string; readonly others: readonly string[] }> = new Map([
  ['ServiceAccount', { member: 'serviceAccount', others: ['User', 'Group'] }],
  ['User', { member: 'user', others: ['ServiceAccount', 'Group'] }],
  ['Group', { member: 'group', others: ['ServiceAccount', 'User'] }],
]);

export const flowSchemaStrategy: Strategy = {
  ...FLOW_CONTROL_BASE,
  setDefaults(schema) {
    const spec = ensureObject(schema, 'spec');
    if (numberAt(spec, 'matchingPrecedence') === 0) spec['matchingPrecedence'] = DEFAULT_PRECEDENCE;
  },
  validate: (schema) => [...specErrors(schema), ...flowConditionErrors(statusOf(schema))],
  validateUpdate: (schema, _old, { subresource }) => [
    ...(subresource === 'status' ? [] : specErrors(schema)),
    ...flowConditionErrors(statusOf(schema)),
  ],
};

function specErrors({ metadata: { name }, ...schema }: KubeObject): FieldError[] {
  const spec = specOf(schema as KubeObject);
  const errors: FieldError[] = [];
  const precedence = numberAt(spec, 'matchingPrecedence');
  const refuse = (why: string) => errors.push(invalidField('spec.matchingPrecedence', precedence, why));
  if (precedence <= 0) refuse('must be a positive value');
  if (precedence > PRECEDENCE_MAX) refuse(`must not be greater than ${String(PRECEDENCE_MAX)}`);
  if (precedence === 1 && name !== 'exempt') refuse("only the schema named 'exempt' may have matchingPrecedence 1");
  const method = objectAt(spec, 'distinguisherMethod');
  if (method !== undefined && !METHODS.includes(textAt(method, 'type'))) {
    const shown = { Type: textAt(method, 'type') };
    errors.push(notSupportedField('spec.distinguisherMethod.type', shown, METHODS));
  }
  const level = textAt(objectAt(spec, 'priorityLevelConfiguration'), 'name');
  const levelPath = 'spec.priorityLevelConfiguration.name';
  if (level === '') errors.push(requiredField(levelPath, 'must reference a priority level'));
  else addProblems(errors, levelPath, level, dnsSubdomainProblems(level));
  return [
    ...errors,
    ...listAt(spec, 'rules').flatMap((rule, index) => ruleErrors(rule, `spec.rules[${String(index)}]`)),
  ];
}

function ruleErrors(rule: JsonObject, path: string): FieldError[] {
  const subjects = listAt(rule, 'subjects');
  const resourceRules = listAt(rule, 'resourceRules');
  const nonResourceRules = listAt(rule, 'nonResourceRules');
  const isEmpty = resourceRules.length === 0 && nonResourceRules.length === 0;
  return [
    ...(subjects.length > 0
      ? subjects.flatMap((subject, index) => subjectErrors(subject, `${path}.subjects[${String(index)}]`))
      : [requiredField(`${path}.subjects`, 'subjects must contain at least one value')]),
    ...(isEmpty ? [requiredField(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')] : []),
    ...resourceRules.flatMap((one, index) => resourceRuleErrors(one, `${path}.resourceRules[${String(index)}]`)),
    ...nonResourceRules.flatMap((one, index) =>
      nonResourceRuleErrors(one, `${path}.nonResourceRules[${String(index)}]`),
    ),
  ];
}

function subjectErrors(subject: JsonObject, path: string): FieldError[] {
  const kind = textAt(subject, 'kind');
  const known = SUBJECTS.get(kind);
  if (known === undefined) return [notSupportedField(`${path}.kind`, kind, ['Group', 'ServiceAccount', 'User'])];
  const { member } = known;
  const named = objectAt(subject, member);
  const errors =
    named === undefined
      ? [requiredField(`${path}.${member}`, `${member} is required when subject kind is '${kind}'`)]
      : namedSubjectErrors(named, kind, `${path}.${member}`);
  const forbidden = known.others.flatMap((other) => {
    const otherMember = SUBJECTS.get(other)?.member ?? '';
    if (objectAt(subject, otherMember) === undefined) return [];
    const why = `${otherMember} is forbidden when subject kind is not '${other}'`;
    return [forbiddenField(`${path}.${otherMember}`, why)];
  });
  return [...errors, ...forbidden];
}

function namedSubjectErrors(named: JsonObject, kind: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = textAt(named, 'name');
  if (name === '') errors.push(requiredField(`${path}.name`));
  if (kind !== 'ServiceAccount') return errors;
  if (name !== '' && name !== '*') addProblems(errors, `${path}.name`, name, dnsSubdomainProblems(name));
  const namespace = textAt(named, 'namespace');
  if (namespace === '') errors.push(requiredField(`${path}.namespace`, 'must specify namespace for service account'));
  else addProblems(errors, `${path}.namespace`, namespace, dnsLabelProblems(namespace));
  return errors;
}

function verbErrors(rule: JsonObject, path: string): FieldError[] {
  const verbs = textsAt(rule, 'verbs');
  if (verbs.length === 0) return [requiredField(`${path}.verbs`, 'verbs must contain at least one value')];
  if (verbs.includes('*')) return loneWildcardErrors(verbs, `${path}.verbs`, 'verbs');
  return verbs.every((verb) => VERBS.includes(verb)) ? [] : [notSupportedField(`${path}.verbs`, verbs, VERBS)];
}

function loneWildcardErrors(items: readonly string[], path: string, what: string): FieldError[] {
  if (items.length < 2 || !items.includes('*')) return [];
  return [invalidField(path, items, `if '*' is present, must not specify other ${what}`)];
}

function resourceRuleErrors(rule: JsonObject, path: string): FieldError[] {
  const groups = textsAt(rule, 'apiGroups');
  const resources = textsAt(rule, 'resources');
  return [
    ...verbErrors(rule, path),
    ...(groups.length === 0
      ? [requiredField(`${path}.apiGroups`, 'resource rules must supply at least one api group')]
      : loneWildcardErrors(groups, `${path}.apiGroups`, 'api groups')),
    ...(resources.length === 0
      ? [requiredField(`${path}.resources`, 'resource rules must supply at least one resource')]
      : loneWildcardErrors(resources, `${path}.resources`, 'resources')),
    ...namespaceErrors(rule, `${path}.namespaces`),
  ];
}

function namespaceErrors(rule: JsonObject, path: string): FieldError[] {
  const namespaces = textsAt(rule, 'namespaces');
  if (namespaces.length === 0 && !flagAt(rule, 'clusterScope')) {
    const why = 'resource rules that are not cluster scoped must supply at least one namespace';
    return [requiredField(path, why)];
  }
  if (namespaces.includes('*')) return loneWildcardErrors(namespaces, path, 'namespaces');
  return namespaces.flatMap((namespace, index) =>
    dnsLabelProblems(namespace).map((problem) => {
      const why = `each member of this list must be '*' or a DNS-1123 label; ${problem}`;
      return invalidField(`${path}[${String(index)}]`, namespace, why);
    }),
  );
}

function nonResourceRuleErrors(rule: JsonObject, path: string): FieldError[] {
  const errors = verbErrors(rule, path);
  const urls = textsAt(rule, 'nonResourceURLs');
  const at = `${path}.nonResourceURLs`;
  if (urls.length === 0) {
    return [...errors, requiredField(at, 'nonResourceURLs must contain at least one value')];
  }
  if (urls.includes('*')) return [...errors, ...loneWildcardErrors(urls, at, 'non-resource URLs')];
  for (const [index, url] of urls.entries()) {
    const problem = findUrlProblem(url);
    if (problem !== undefined) errors.push(invalidField(`${at}[${String(index)}]`, url, problem));
  }
  return errors;
}

function findUrlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const wildcards = url.split('*').length - 1;
  const isSuffix = wildcards === 1 && url.endsWith('/*');
  return wildcards === 0 || isSuffix ? undefined : 'wildcard can only do suffix matching';
}
