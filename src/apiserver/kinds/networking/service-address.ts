/** The address ranges of services, and the addresses given out of them. */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { findIpBlock, strictCidrErrors, strictIpErrors } from '../checks/ip-addresses';
import { specOf } from '../checks/object-parts';
import { CLIENT_METADATA, STATUS_RESET_FIELDS, statusPreparations } from '../checks/restore';
import { isSameValue, objectAt, textAt, textsAt } from '../json-members';
import { addProblems, dnsSubdomainProblems, isPathSegmentName } from '../metadata';

const IMMUTABLE = 'field is immutable';
const CIDRS = 'spec.cidrs';

export const ipAddressStrategy: Strategy = {
  validateName: (name) => strictIpErrors('', name).map(({ detail }) => detail),
  validate: (address) => parentErrors(objectAt(specOf(address), 'parentRef')),
  validateUpdate(address, old) {
    const parent = objectAt(specOf(address), 'parentRef');
    const errors = parentErrors(parent);
    if (!isSameValue(parent, objectAt(specOf(old), 'parentRef'))) {
      errors.push(invalidField('spec.parentRef', shownParent(parent), IMMUTABLE));
    }
    return errors;
  },
};

function parentErrors(parent: JsonObject | undefined): FieldError[] {
  const path = 'spec.parentRef';
  if (parent === undefined) return [requiredField(path)];
  const errors: FieldError[] = [];
  const group = textAt(parent, 'group');
  if (group !== '') addProblems(errors, `${path}.group`, group, dnsSubdomainProblems(group));
  for (const key of ['resource', 'name']) {
    const text = textAt(parent, key);
    if (text === '') errors.push(requiredField(`${path}.${key}`));
    else addProblems(errors, `${path}.${key}`, text, isPathSegmentName(text, false));
  }
  const namespace = textAt(parent, 'namespace');
  if (namespace !== '') addProblems(errors, `${path}.namespace`, namespace, isPathSegmentName(namespace, false));
  return errors;
}

/** The reference with the server's own names of its members. */
function shownParent(parent: JsonObject | undefined): JsonObject | null {
  if (parent === undefined) return null;
  const [Group, Resource, Namespace, Name] = ['group', 'resource', 'namespace', 'name'].map((key) =>
    textAt(parent, key),
  );
  return { Group, Resource, Namespace, Name };
}

export const serviceCidrStrategy: Strategy = {
  ...statusPreparations([...CLIENT_METADATA, 'generation']),
  prepareForCreate: () => undefined,
  resetFields: STATUS_RESET_FIELDS,
  validate: (range) => rangeErrors(textsAt(specOf(range), 'cidrs')),
  validateUpdate(range, old, { subresource }) {
    if (subresource === 'status') return [];
    return rangeChangeErrors(textsAt(specOf(range), 'cidrs'), textsAt(specOf(old), 'cidrs'));
  },
};

function rangeErrors(cidrs: readonly string[]): FieldError[] {
  if (cidrs.length === 0) return [requiredField(CIDRS, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalidField(CIDRS, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, index) => strictCidrErrors(`${CIDRS}[${String(index)}]`, cidr));
  const families = cidrs.map((cidr) => findIpBlock(cidr)?.address.bytes.length);
  if (families.length === 2 && families[0] !== undefined && families[0] === families[1]) {
    const why = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalidField(CIDRS, cidrs, why));
  }
  return errors;
}

/** Ranges don't change; a second one may be added. */
function rangeChangeErrors(cidrs: readonly string[], old: readonly string[]): FieldError[] {
  const changed = (index: number) =>
    cidrs[index] === old[index] ? [] : [invalidField(`${CIDRS}[${String(index)}]`, cidrs[index], IMMUTABLE)];
  if (cidrs.length === old.length) return old.flatMap((_, index) => changed(index));
  if (old.length === 1 && cidrs.length === 2) return [...changed(0), ...rangeErrors(cidrs)];
  return [invalidField(CIDRS, cidrs, IMMUTABLE)];
}
