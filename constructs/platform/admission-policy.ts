import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';

const ADMISSION = 'admissionregistration.k8s.io/v1';

/** One rule of a policy: what must be true of a request. */
export interface Validation {
  /** CEL. */
  readonly expression: string;
  readonly message: string;
  readonly reason: 'Forbidden' | 'Invalid';
}

/** What a policy says about requests for one resource. */
export interface AdmissionRules {
  readonly group: string;
  readonly plural: string;
  readonly operations: readonly ('CREATE' | 'UPDATE')[];
  /** Labels of the namespaces in which it holds, each a case of its own. Absent: everywhere. */
  readonly namespaces?: readonly NamespaceLabel[];
  /** Texts that validations share, in CEL; later ones may use earlier ones. Default none. */
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly Validation[];
}

/** A label that a namespace carries; without a value, whatever its value is. */
export interface NamespaceLabel {
  readonly key: string;
  readonly value?: string;
}

export interface AdmissionPolicyProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: AdmissionRules;
}

/**
 * A ValidatingAdmissionPolicy with a binding for each case. What it can't evaluate is refused.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export class AdmissionPolicy extends Construct {
  constructor(scope: Construct, id: string, { name, labels, rules }: AdmissionPolicyProps) {
    super(scope, id);
    const { group, plural, operations, namespaces, variables = [], validations } = rules;
    new ApiObject(this, 'policy', {
      apiVersion: ADMISSION,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name, labels: { ...labels } },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [{ apiGroups: [group], apiVersions: ['*'], operations, resources: [plural] }],
        },
        ...(variables.length === 0 ? {} : { variables }),
        validations,
      },
    });
    for (const [index, label] of (namespaces ?? [undefined]).entries()) {
      // The first has the policy's own name.
      const bindingName = index === 0 ? name : `${name}-${String(index + 1)}`;
      new ApiObject(this, `binding-${String(index + 1)}`, {
        apiVersion: ADMISSION,
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: bindingName, labels: { ...labels } },
        spec: {
          policyName: name,
          validationActions: ['Deny'],
          ...(label === undefined ? {} : { matchResources: { namespaceSelector: selectorOf(label) } }),
        },
      });
    }
  }
}

function selectorOf({ key, value }: NamespaceLabel): object {
  return value === undefined ? { matchExpressions: [{ key, operator: 'Exists' }] } : { matchLabels: { [key]: value } };
}
