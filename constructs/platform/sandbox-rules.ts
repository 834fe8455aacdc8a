/**
 * What sandboxes may not hold, whoever makes it in them: what reaches beyond the namespace. Pod Security says the rest.
 */
import { NAMESPACE_TYPE_LABEL, sandboxNamespace } from '../../src/tenancy/names';
import type { AdmissionRules, NamespaceLabel } from './admission-policy';

const SANDBOXES: readonly NamespaceLabel[] = [
  { key: NAMESPACE_TYPE_LABEL, value: 'sandbox' },
  { key: 'crownlabs.polito.it/type', value: 'sandbox' },
];
const PREFIX = sandboxNamespace('');

const written = { operations: ['CREATE', 'UPDATE'], namespaces: SANDBOXES } as const;

/** By the name of the policy. */
export const SANDBOX_RULES: Readonly<Record<string, AdmissionRules>> = {
  'adrasteia-sandbox-services': {
    ...written,
    group: '',
    plural: 'services',
    validations: [
      {
        // With externalIPs a Service takes the traffic of whoever has the address.
        expression: `(!has(object.spec.type) || object.spec.type == 'ClusterIP') && (!has(object.spec.externalIPs) || object.spec.externalIPs.size() == 0)`,
        message: 'a Service of a sandbox is of type ClusterIP, without externalIPs',
        reason: 'Forbidden',
      },
    ],
  },
  'adrasteia-sandbox-ingresses': {
    ...written,
    group: 'networking.k8s.io',
    plural: 'ingresses',
    validations: [
      {
        expression: `!has(object.spec.defaultBackend) && has(object.spec.rules) && object.spec.rules.all(rule, has(rule.host) && rule.host.startsWith(namespaceObject.metadata.name.substring(${String(PREFIX.length)}) + '.'))`,
        message:
          'an Ingress of a sandbox has hosts alone whose first label is the tenant’s name, and no default backend',
        reason: 'Forbidden',
      },
    ],
  },
  'adrasteia-sandbox-pods': {
    ...written,
    group: '',
    plural: 'pods',
    validations: [
      {
        expression: `!has(object.spec.priorityClassName) || !object.spec.priorityClassName.startsWith('system-')`,
        message: 'a pod of a sandbox goes before nobody: it has no priority class of the system',
        reason: 'Forbidden',
      },
    ],
  },
};
