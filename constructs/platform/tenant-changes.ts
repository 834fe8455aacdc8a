/**
 * Changes of a Tenant by others than administrators: what is the tenant's own, and what managers of workspaces say. In words of CEL,
 * for each API that has tenants.
 */
import { workspaceNamespace } from '../../src/tenancy/names';
import { ADMINISTER, ENROL, ENTER, OWN } from '../../src/tenancy/roles';
import type { AdmissionRules, Validation } from './admission-policy';

/** What differs between the APIs that have tenants. */
export interface TenantApi {
  readonly group: string;
  /** Fields of the specification that only administrators change. */
  readonly fixed: readonly string[];
  /** The role of who asks to be let in. */
  readonly candidate: string;
  /** The role in which a tenant enters a workspace that takes everybody at once; absent: as a candidate there too. */
  readonly entrant?: string;
}

const METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** The rules for changes of Tenants. Nothing is said of new ones: only administrators may create any. */
export function tenantChanges({ group, fixed, candidate, entrant }: TenantApi): AdmissionRules {
  const tenants = `authorizer.group('${group}').resource('tenants')`;
  return {
    group,
    plural: 'tenants',
    operations: ['UPDATE'],
    variables: [
      { name: 'isAdministrator', expression: `${tenants}.check('${ADMINISTER}').allowed()` },
      { name: 'isSelf', expression: `${tenants}.name(object.metadata.name).check('${OWN}').allowed()` },
      { name: 'before', expression: entries('oldObject') },
      { name: 'after', expression: entries('object') },
      {
        name: 'changed',
        expression:
          "(variables.before.filter(entry, !(entry in variables.after)) + variables.after.filter(entry, !(entry in variables.before))).map(entry, entry.substring(0, entry.lastIndexOf('=')))",
      },
      // All of them are of one workspace, since a check costs too much to be made for each.
      { name: 'isManager', expression: mayIn(tenants, ENROL) },
      ...(entrant === undefined ? [] : [{ name: 'isEntrant', expression: mayIn(tenants, ENTER) }]),
    ],
    validations: [
      {
        expression: `variables.isAdministrator || (${METADATA.map((field) => `(${same('metadata', field)})`).join(' && ')})`,
        message: 'labels, annotations, finalizers and owners of a Tenant are an administrator’s to change',
        reason: 'Forbidden',
      },
      ...fixed.map(
        (field): Validation => ({
          expression: `(${same('spec', field)}) || variables.isAdministrator`,
          message: `spec.${field} is an administrator’s to change`,
          reason: 'Forbidden',
        }),
      ),
      {
        expression: `(${same('spec', 'publicKeys')}) || variables.isSelf || variables.isAdministrator`,
        message: 'spec.publicKeys are the tenant’s own to change',
        reason: 'Forbidden',
      },
      {
        expression: `(${same('spec', 'lastLogin')}) || variables.isAdministrator || (variables.isSelf && has(object.spec.lastLogin))`,
        message: 'spec.lastLogin is written by whoever lets the tenant in',
        reason: 'Forbidden',
      },
      {
        expression: `variables.changed.size() == 0 || variables.isAdministrator || variables.isManager || (variables.isSelf && variables.after.all(entry, entry in variables.before || entry.endsWith('=${candidate}')${entrant === undefined ? '' : ` || (variables.isEntrant && entry.endsWith('=${entrant}'))`}))`,
        message: `spec.workspaces: a tenant leaves workspaces, and enters them as a ${candidate}; a manager says who is in the workspace, one workspace at a time`,
        reason: 'Forbidden',
      },
    ],
  };
}

/** Whether all changed entries are of one workspace, and the user has a verb in its namespace. */
function mayIn(tenants: string, verb: string): string {
  return `variables.changed.size() > 0 && variables.changed.all(name, name == variables.changed[0]) && ${tenants}.namespace('${workspaceNamespace('')}' + variables.changed[0]).check('${verb}').allowed()`;
}

/** Each entry of a list by its name, with its role: `tea=Member`. */
function entries(object: string): string {
  return `(has(${object}.spec.workspaces) ? ${object}.spec.workspaces.map(entry, entry.name + '=' + entry.role) : [])`;
}

function same(part: 'spec' | 'metadata', field: string): string {
  return `has(object.${part}.${field}) == has(oldObject.${part}.${field}) && (!has(object.${part}.${field}) || object.${part}.${field} == oldObject.${part}.${field})`;
}
