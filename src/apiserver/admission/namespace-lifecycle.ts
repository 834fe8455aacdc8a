/**
 * Nothing is made in a namespace that isn't there or that is going, and some namespaces stay.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle
 */
import { stringAt } from '../authentication/json-members';
import type { ObjectReader } from '../resources/object-reader';
import { forbidden, notFound } from '../status-error';
import type { AdmissionAttributes, AdmissionPlugin } from './admission';
import { isAbout, refusedByAdmission, resourceOf } from './refusal';

const NAMESPACES = { group: '', resource: 'namespaces' } as const;
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export function namespaceLifecycle(reader: ObjectReader): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    admit: (object, attributes) => checkNamespace(object, attributes, reader),
    validate(_object, attributes) {
      if (attributes.operation !== 'DELETE' || attributes.group !== '' || attributes.kind !== 'Namespace')
        return undefined;
      if (!IMMORTAL.has(attributes.name)) return undefined;
      throw forbidden(resourceOf(attributes), attributes.name, 'this namespace may not be deleted');
    },
  };
}

function checkNamespace(object: unknown, attributes: AdmissionAttributes, reader: ObjectReader): void {
  const { operation, namespace, group, kind } = attributes;
  if (namespace === '' || operation === 'CONNECT' || (group === '' && kind === 'Namespace')) return;
  if (isAbout(attributes, 'authorization.k8s.io', 'localsubjectaccessreviews')) return;
  const found = reader.find(NAMESPACES, '', namespace);
  if (found === undefined) throw notFound(NAMESPACES, namespace);
  if (operation !== 'CREATE' || stringAt(found, 'status', 'phase') !== 'Terminating') return;
  throw refusedByAdmission(
    attributes,
    object,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
}
