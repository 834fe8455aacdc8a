/** Sends objects through the default admission plugins, as the write path does. */
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import type { AdmissionAttributes, Release } from '../../../src/apiserver/admission/admission';
import { defaultAdmissionPlugins } from '../../../src/apiserver/admission/default-admission-plugins';
import type { QuotaUsage } from '../../../src/apiserver/admission/resource-quota/resource-quota';
import { stringAt } from '../../../src/apiserver/authentication/json-members';
import { type DraftObject, draftOf } from '../../../src/apiserver/draft';
import { isStatusError } from '../../../src/apiserver/status-error';
import { kubeObject, storedObjects } from '../authentication/stored-objects';
import { authorizerOf } from '../authorization/policies';

export interface AdmissionAnswer {
  readonly object: DraftObject;
  readonly warnings: readonly string[];
  /** The message of the refusal, where there was one. */
  readonly message: string | undefined;
  readonly error: unknown;
  readonly releases: readonly Release[];
}

export interface Admission {
  admit(object: JsonObject | undefined, attributes?: Partial<AdmissionAttributes>): Promise<AdmissionAnswer>;
  readonly objects: KubeObject[];
}

const NOW = new Date('2026-11-21T12:00:00Z');

/** A server that holds these objects; quotas are written as they are used. */
export function admissionOf(
  objects: KubeObject[],
  { policies = [], usage }: { readonly policies?: readonly KubeObject[]; readonly usage?: QuotaUsage } = {},
): Admission {
  const plugins = defaultAdmissionPlugins({
    reader: storedObjects(objects),
    authorizer: authorizerOf(policies),
    quotaUsage: usage ?? quotaUsageOf(objects),
    now: () => NOW,
    generateName: (prefix) => `${prefix}x6gr7`,
  });
  return {
    objects,
    async admit(sent, overrides = {}) {
      const warnings: string[] = [];
      const releases: Release[] = [];
      const object = draftOf(sent ?? {});
      const attributes = attributesOf(object, overrides, (text) => warnings.push(text));
      const answer = { object, warnings, releases };
      try {
        if (sent !== undefined) for (const plugin of plugins) await plugin.admit?.(object, attributes);
        for (const plugin of plugins) {
          const valid = sent === undefined ? undefined : (object as unknown as KubeObject);
          const release = await plugin.validate?.(valid, attributes);
          if (release !== undefined) releases.push(release);
        }
        return { ...answer, message: undefined, error: undefined };
      } catch (error) {
        if (!isStatusError(error)) throw error;
        return { ...answer, message: error.message, error };
      }
    },
  };
}

const PLURALS: Readonly<Record<string, string>> = { Ingress: 'ingresses', PriorityClass: 'priorityclasses' };

function attributesOf(
  object: DraftObject,
  overrides: Partial<AdmissionAttributes>,
  warn: (text: string) => void,
): AdmissionAttributes {
  const { apiVersion = 'v1', kind = 'Pod' } = object as { apiVersion?: string; kind?: string };
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return {
    operation: 'CREATE',
    group,
    version,
    kind,
    resource: PLURALS[kind] ?? `${kind.toLowerCase()}s`,
    subresource: '',
    namespace: stringAt(object, 'metadata', 'namespace'),
    name: stringAt(object, 'metadata', 'name'),
    user: { username: 'jane', groups: ['system:authenticated'] },
    dryRun: false,
    options: {},
    warn,
    ...overrides,
  };
}

/** Writes quotas where they lie, unless they were written since they were read. */
export function quotaUsageOf(objects: KubeObject[]): QuotaUsage {
  let written = 0;
  return {
    async replaceUsed(quota, used) {
      const index = objects.indexOf(quota);
      if (index < 0) return false;
      const status = { ...(quota.status as object), used };
      objects[index] = { ...quota, metadata: { ...quota.metadata, resourceVersion: String(++written) }, status };
      return true;
    },
  };
}

/** A namespace with what every namespace has. */
export function namespaceObjects(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject[] {
  return [
    kubeObject('v1', 'Namespace', { name, labels }, { status: { phase: 'Active' } }),
    kubeObject('v1', 'ServiceAccount', { name: 'default', namespace: name, uid: `uid-${name}` }),
  ];
}

/** A pod to create. */
export function podOf(spec: JsonObject, metadata: JsonObject = { name: 'a' }, namespace = 'n'): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, ...metadata }, spec };
}

/** A pod with one container that claims resources. */
export function claimingPod(resources: JsonObject, metadata?: JsonObject): JsonObject {
  return podOf({ containers: [{ name: 'c', image: 'x', resources }] }, metadata);
}
