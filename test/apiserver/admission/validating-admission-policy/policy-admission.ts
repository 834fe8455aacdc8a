/** The plugin over objects that a test gives. */
import type { JsonObject } from '../../../../src/api/json';
import type { KubeObject } from '../../../../src/api/object';
import type { AdmissionAttributes } from '../../../../src/apiserver/admission/admission';
import { validatingAdmissionPolicy } from '../../../../src/apiserver/admission/validating-admission-policy/validating-admission-policy';
import type { VersionedResource } from '../../../../src/apiserver/admission/webhooks/webhook';
import type { ObjectReader } from '../../../../src/apiserver/resources/object-reader';
import { type FailureStatus, StatusError } from '../../../../src/apiserver/status-error';

/** By group and resource: `apps/deployments`, `/pods`. */
export type Stored = Readonly<Partial<Record<string, readonly JsonObject[]>>>;

export interface Told {
  /** Absent where the request is let through. */
  readonly status?: FailureStatus;
  readonly warnings: readonly string[];
}

const NAMESPACE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'default',
    uid: 'u',
    creationTimestamp: '2024-01-01T00:00:00Z',
    labels: { 'kubernetes.io/metadata.name': 'default' },
  },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
};

const PARAMETER_RESOURCES = new Map([
  ['/v1/ConfigMap', { resource: 'configmaps', namespaced: true }],
  ['/v1/Node', { resource: 'nodes', namespaced: false }],
]);

function readerOf(stored: Stored): ObjectReader {
  const list: ObjectReader['list'] = ({ group, resource }, namespace) => {
    const objects = (stored[`${group}/${resource}`] ?? []) as unknown as readonly KubeObject[];
    return objects.filter(({ metadata }) => namespace === '' || metadata.namespace === namespace);
  };
  return {
    list,
    find: (type, namespace, name) => list(type, namespace).find(({ metadata }) => metadata.name === name),
    hasValue: ({ type, valuesOf }, value) => list(type, '').some((object) => [...valuesOf(object)].includes(value)),
  };
}

/** Asks the policies about a request. */
export function ask(
  object: JsonObject | undefined,
  attributes: Omit<AdmissionAttributes, 'warn'>,
  stored: Stored,
  equivalents: readonly VersionedResource[] = [],
): Told {
  const warnings: string[] = [];
  const plugin = validatingAdmissionPolicy({
    reader: readerOf({ '/namespaces': [NAMESPACE], ...stored }),
    authorizer: { decide: ({ user }) => ({ allowed: user.username === 'admin', reason: '' }) },
    resources: {
      equivalents: () => equivalents,
      encode: (each, { group, version, kind }) => ({
        ...(each as unknown as JsonObject),
        apiVersion: group === '' ? version : `${group}/${version}`,
        kind,
      }),
    },
    findParameterResource: ({ group, version, kind }) => PARAMETER_RESOURCES.get(`${group}/${version}/${kind}`),
  });
  try {
    void plugin.validate?.(object as unknown as KubeObject | undefined, {
      ...attributes,
      warn: (text) => {
        warnings.push(text);
      },
    });
    return { warnings };
  } catch (error) {
    if (error instanceof StatusError) return { status: error.status, warnings };
    throw error;
  }
}
