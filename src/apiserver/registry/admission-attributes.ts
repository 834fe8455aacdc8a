/** What admission is told of a write. */
import type { KubeObject } from '../../api/object';
import type { AdmissionAttributes, AdmissionOperation } from '../admission/admission';
import type { Resource } from '../resources/resource';
import type { WriteContext } from './write-context';

export interface AdmittedWrite {
  readonly operation: AdmissionOperation;
  readonly namespace: string;
  readonly name: string;
  readonly oldObject: KubeObject | undefined;
}

export function admissionAttributes(
  { group, resource, kind }: Resource,
  { operation, namespace, name, oldObject }: AdmittedWrite,
  { user, dryRun, version, subresource, options, warn }: WriteContext,
): AdmissionAttributes {
  // A namespace is the namespace of itself.
  const within = group === '' && resource === 'namespaces' ? name : namespace;
  return {
    operation,
    group,
    version,
    resource,
    kind,
    subresource,
    namespace: within,
    name,
    user,
    dryRun,
    options,
    warn,
    ...(oldObject === undefined ? {} : { oldObject }),
  };
}
