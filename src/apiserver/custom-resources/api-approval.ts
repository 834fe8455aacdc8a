/**
 * Groups of the Kubernetes community (`*.k8s.io`, `*.kubernetes.io`), whose definitions must say that they were approved.
 * @see https://github.com/kubernetes/enhancements/pull/1111
 */
import { type FieldError, invalidField, requiredField } from '../field-error';
import type { CustomResourceDefinition, DefinitionCondition } from './definition';

const ANNOTATION = 'api-approved.kubernetes.io';
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';

type State = 'Missing' | 'Bypassed' | 'Approved' | 'Invalid';

function isProtected(group: string): boolean {
  return ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group.endsWith(`.${domain}`));
}

/** What the annotation says, and the words for it. */
function approval({ metadata }: CustomResourceDefinition): { readonly state: State; readonly reason: string } {
  const annotation = metadata.annotations?.[ANNOTATION] ?? '';
  const must = `protected groups must have approval annotation "${ANNOTATION}"`;
  if (annotation === '') return { state: 'Missing', reason: `${must}, ${SEE}` };
  if (annotation.startsWith('unapproved')) {
    return { state: 'Bypassed', reason: `not approved: ${JSON.stringify(annotation)}` };
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#\s]+/.test(annotation)) {
    return { state: 'Approved', reason: `approved in ${annotation}` };
  }
  return {
    state: 'Invalid',
    reason: `${must} with either a URL or a reason starting with "unapproved", ${SEE}`,
  };
}

/** What is wrong with the annotation; nothing where it says the same as before. */
export function approvalErrors(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (!isProtected(definition.spec.group)) return [];
  const { state, reason } = approval(definition);
  if (old !== undefined && approval(old).state === state) return [];
  const path = `metadata.annotations[${ANNOTATION}]`;
  if (state === 'Missing') return [requiredField(path, reason)];
  if (state === 'Invalid') {
    return [invalidField(path, definition.metadata.annotations?.[ANNOTATION] ?? '', reason)];
  }
  return [];
}

const REASONS: Readonly<Record<State, string>> = {
  Missing: 'MissingAnnotation',
  Bypassed: 'UnapprovedAnnotation',
  Approved: 'ApprovedAnnotation',
  Invalid: 'InvalidAnnotation',
};

/** The condition that tells of the approval; undefined for groups that need none. */
export function approvalCondition(definition: CustomResourceDefinition): DefinitionCondition | undefined {
  if (!isProtected(definition.spec.group)) return undefined;
  const { state, reason } = approval(definition);
  return {
    type: 'KubernetesAPIApprovalPolicyConformant',
    status: state === 'Approved' ? 'True' : 'False',
    reason: REASONS[state],
    message: reason,
  };
}
