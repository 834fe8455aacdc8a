/**
 * Certificate signing requests: made by anybody, approved through one endpoint, signed through another.
 * @see k8s.io/kubernetes/pkg/apis/certificates/validation/validation.go, v1.34
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { type Draft, type DraftObject, draftOf, ensureObject, objectsIn } from '../../draft';
import {
  duplicateField,
  type FieldError,
  forbiddenField,
  invalidField,
  notSupportedField,
  requiredField,
} from '../../field-error';
import type { Strategy, StrategyContext } from '../../resources/resource';
import { specOf, statusOf } from '../checks/object-parts';
import { dropMembers, restoreMembers } from '../checks/restore';
import { isSameValue, jsonOf, listAt, optionalNumberAt, textAt, textsAt } from '../json-members';
import { certificateProblem, requestProblem } from './pem';
import { signerNameErrors } from './signer-name';

const DECISIONS = ['Approved', 'Denied'];
const FINAL_TYPES = [...DECISIONS, 'Failed'];
const EXPIRATION_MIN_SECONDS = 600;
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

export const certificateSigningRequestStrategy: Strategy = {
  // The server gives these names no rules of their own, so only those of paths hold.
  validateName: () => [],
  fieldNames: ['spec.signerName'],
  fields: (request) => ({ 'spec.signerName': textAt(specOf(request), 'signerName') }),
  resetFields: {
    '': [['spec'], ['status']],
    status: [['spec'], ['status', 'conditions']],
    approval: [['spec'], ['status', 'certificate']],
  },
  prepareForCreate(request, { user }) {
    const spec = ensureObject(request, 'spec');
    dropMembers(spec, ['username', 'uid', 'groups', 'extra']);
    spec['username'] = user.username;
    if (user.uid !== undefined && user.uid !== '') spec['uid'] = user.uid;
    if (user.groups.length > 0) spec['groups'] = [...user.groups];
    const extra = Object.entries(user.extra ?? {}).map(([key, values]): [string, Draft] => [key, [...values]]);
    if (extra.length > 0) spec['extra'] = Object.fromEntries(extra);
    request['status'] = {};
  },
  prepareForUpdate,
  validate: (request) => requestErrors(request, undefined),
  validateUpdate: (request, old, { subresource }) => [
    ...requestErrors(request, old),
    ...conditionChangeErrors(request, old, subresource),
    ...certificateChangeErrors(request, old, subresource),
  ],
};

function prepareForUpdate(request: DraftObject, old: KubeObject, { subresource, now }: StrategyContext): void {
  restoreMembers(request, jsonOf(old), subresource === '' ? ['spec', 'status'] : ['spec']);
  if (subresource === '') return;
  if (subresource === 'status') for (const type of DECISIONS) keepDecisions(request, old, type);
  addConditionTimes(request, old, now);
  if (subresource !== 'approval') return;
  const { conditions } = ensureObject(request, 'status');
  const { conditions: _old, ...status } = draftOf(statusOf(old));
  request['status'] = conditions === undefined ? status : { ...status, conditions };
}

/** A signer that gives the decisions back changes nothing in them. */
function keepDecisions(request: DraftObject, old: KubeObject, type: string): void {
  const before = conditionsOf(old, type);
  const after = objectsIn(ensureObject(request, 'status'), 'conditions').filter(
    (condition) => condition['type'] === type,
  );
  if (before.length !== after.length) return;
  for (const [index, condition] of after.entries()) {
    dropMembers(condition, Object.keys(condition));
    Object.assign(condition, draftOf(before[index] ?? {}));
  }
}

function addConditionTimes(request: DraftObject, old: KubeObject, now: Date): void {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  for (const condition of objectsIn(ensureObject(request, 'status'), 'conditions')) {
    condition['lastUpdateTime'] ??= time;
    const before = listAt(statusOf(old), 'conditions').find(
      (one) =>
        one['type'] === condition['type'] &&
        one['status'] === condition['status'] &&
        textAt(one, 'lastTransitionTime') !== '',
    );
    condition['lastTransitionTime'] ??= before === undefined ? time : textAt(before, 'lastTransitionTime');
  }
}

function conditionsOf(request: KubeObject, type: string): readonly JsonObject[] {
  return listAt(statusOf(request), 'conditions').filter((condition) => textAt(condition, 'type') === type);
}

function requestErrors(request: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = specOf(request);
  const errors: FieldError[] = [];
  const problem = requestProblem(textAt(spec, 'request'));
  if (problem !== undefined) errors.push(invalidField('spec.request', spec['request'], problem));
  errors.push(...usageErrors(textsAt(spec, 'usages'), old === undefined ? [] : textsAt(specOf(old), 'usages')));
  const signer = textAt(spec, 'signerName');
  const wasLegacy = old !== undefined && textAt(specOf(old), 'signerName') === LEGACY_SIGNER;
  if (signer === LEGACY_SIGNER && !wasLegacy) {
    const why = 'the legacy signerName is not allowed via this API version';
    errors.push(invalidField('spec.signerName', signer, why));
  } else errors.push(...signerNameErrors(signer, 'spec.signerName'));
  const seconds = optionalNumberAt(spec, 'expirationSeconds') ?? EXPIRATION_MIN_SECONDS;
  if (seconds < EXPIRATION_MIN_SECONDS) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalidField('spec.expirationSeconds', seconds, why));
  }
  return [...errors, ...conditionErrors(request, old), ...certificateErrors(request, old)];
}

function usageErrors(usages: readonly string[], old: readonly string[]): FieldError[] {
  const errors: FieldError[] = usages.length === 0 ? [requiredField('spec.usages')] : [];
  if (old.every((usage) => USAGES.includes(usage))) {
    for (const [index, usage] of usages.entries()) {
      if (!USAGES.includes(usage)) errors.push(notSupportedField(`spec.usages[${String(index)}]`, usage, USAGES));
    }
  }
  if (new Set(old).size < old.length) return errors;
  for (const [index, usage] of usages.entries()) {
    if (usages.indexOf(usage) < index) errors.push(duplicateField(`spec.usages[${String(index)}]`, usage));
  }
  return errors;
}

function conditionErrors(request: KubeObject, old: KubeObject | undefined): FieldError[] {
  const path = 'status.conditions';
  const before = old === undefined ? [] : listAt(statusOf(old), 'conditions').map((one) => textAt(one, 'type'));
  const allowsBoth = DECISIONS.every((type) => before.includes(type));
  const allowsDuplicates = new Set(before).size < before.length;
  const allowsEmpty = before.includes('');
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, condition] of listAt(statusOf(request), 'conditions').entries()) {
    const type = textAt(condition, 'type');
    const at = `${path}[${String(index)}]`;
    if (type === '' && !allowsEmpty) errors.push(requiredField(`${at}.type`));
    const status = textAt(condition, 'status');
    const allowed = FINAL_TYPES.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (status === '') errors.push(requiredField(`${at}.status`));
    else if (!allowed.includes(status)) errors.push(notSupportedField(`${at}.status`, status, allowed));
    const other = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (!allowsBoth && other !== undefined && seen.has(other)) {
      errors.push(invalidField(path, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (!allowsDuplicates && seen.has(type)) errors.push(duplicateField(`${at}.type`, type));
    seen.add(type);
  }
  return errors;
}

function certificateErrors(request: KubeObject, old: KubeObject | undefined): FieldError[] {
  const certificate = textAt(statusOf(request), 'certificate');
  const before = old === undefined ? undefined : textAt(statusOf(old), 'certificate');
  if (before !== undefined && (before === certificate || certificateProblem(before) !== undefined)) return [];
  const problem = certificateProblem(certificate);
  return problem === undefined ? [] : [invalidField('status.certificate', '<certificate data>', problem)];
}

function conditionChangeErrors(request: KubeObject, old: KubeObject, subresource: string): FieldError[] {
  const refuse = (why: string) => [forbiddenField('status.conditions', why)];
  const removed = FINAL_TYPES.flatMap((type) =>
    conditionsOf(request, type).length < conditionsOf(old, type).length
      ? refuse(`updates may not remove a condition of type ${JSON.stringify(type)}`)
      : [],
  );
  if (subresource === 'approval') return removed;
  const changed = DECISIONS.flatMap((type) => {
    const before = conditionsOf(old, type);
    const after = conditionsOf(request, type);
    if (after.length > before.length) return refuse(`updates may not add a condition of type ${JSON.stringify(type)}`);
    if (after.length < before.length || isSameValue(after, before)) return [];
    return refuse(`updates may not modify a condition of type ${JSON.stringify(type)}`);
  });
  return [...removed, ...changed];
}

function certificateChangeErrors(request: KubeObject, old: KubeObject, subresource: string): FieldError[] {
  const before = textAt(statusOf(old), 'certificate');
  if (textAt(statusOf(request), 'certificate') === before) return [];
  const path = 'status.certificate';
  if (subresource !== 'status') return [forbiddenField(path, 'updates may not set certificate content')];
  return before === '' ? [] : [forbiddenField(path, 'updates may not modify existing certificate content')];
}
