/** The refusal of a request that its user may not make. */
import { goQuoted } from '../schema/go-text';
import { forbidden, type StatusError } from '../status-error';
import type { AccessAttributes } from './authorizer';

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The 403 for what was asked; `reason` is what the authorizer adds, and may be empty. */
export function forbiddenRequest(attributes: AccessAttributes, reason: string): StatusError {
  const { isResource, group, resource, name } = attributes;
  const text = whatIsForbidden(attributes).replace(/[&<>]/g, (character) => HTML[character] ?? character);
  const why = reason === '' ? text : `${text}: ${reason}`;
  return isResource ? forbidden({ group, resource }, name, why) : forbidden({ group: '', resource: '' }, '', why);
}

function whatIsForbidden(attributes: AccessAttributes): string {
  const { user, verb, isResource, path, group, resource, subresource, namespace } = attributes;
  const begin = `User ${goQuoted(user.username)} cannot ${verb}`;
  if (!isResource) return `${begin} path ${goQuoted(path)}`;
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuoted(namespace)}`;
  return `${begin} resource ${goQuoted(full)} in API group ${goQuoted(group)} ${where}`;
}
