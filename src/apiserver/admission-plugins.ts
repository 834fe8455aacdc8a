/** Every admission plugin of the server, in order: Kubernetes' own, and the check that nobody grants what it doesn't hold. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api/object';
import type { AdmissionPlugin } from './admission/admission';
import { defaultAdmissionPlugins } from './admission/default-admission-plugins';
import type { QuotaUsage } from './admission/resource-quota/resource-quota';
import { validatingAdmissionPolicy } from './admission/validating-admission-policy/validating-admission-policy';
import { mutatingAdmissionWebhook, validatingAdmissionWebhook } from './admission/webhooks/admission-webhooks';
import { httpsWebhookCaller } from './admission/webhooks/https-webhook-caller';
import type { Authorizer } from './authorization/authorizer';
import { checkEscalation } from './authorization/escalation';
import type { RuleResolver } from './authorization/rbac-authorizer';
import { webhookConditions } from './cel';
import { ensureObject } from './draft';
import { ResourceStore, type ResourceStoreDependencies } from './registry/resource-store';
import type { WriteContext } from './registry/write-context';
import type { ResourceCatalogue } from './resources/catalogue';
import type { ObjectReader } from './resources/object-reader';
import { conflict, isStatusError } from './status-error';
import { webhookResources } from './webhook-resources';

export interface AdmissionPluginDependencies {
  readonly reader: ObjectReader;
  readonly catalogue: ResourceCatalogue;
  readonly authorizer: Authorizer;
  readonly resolver: RuleResolver;
  readonly now: () => Date;
  readonly nameSuffix: () => string;
  /** The stores' dependencies, of which these plugins are one. */
  readonly getStore: () => ResourceStoreDependencies;
}

export function admissionPlugins(deps: AdmissionPluginDependencies): readonly AdmissionPlugin[] {
  const { reader, authorizer, resolver, catalogue, now, nameSuffix } = deps;
  const resources = webhookResources(catalogue);
  const webhooks = {
    reader,
    caller: httpsWebhookCaller(),
    resources,
    newUid: randomUUID,
    meetsConditions: webhookConditions(authorizer),
  };
  const policies = validatingAdmissionPolicy({
    reader,
    authorizer,
    resources,
    findParameterResource: ({ group, version, kind }) =>
      catalogue.resources.find(
        (served) => served.group === group && served.kind === kind && served.versions.has(version),
      ),
  });
  const dynamic = [mutatingAdmissionWebhook(webhooks), policies, validatingAdmissionWebhook(webhooks)];
  return [
    ...defaultAdmissionPlugins({
      reader,
      authorizer,
      quotaUsage: quotaUsage(deps),
      now,
      generateName: (prefix) => `${prefix}${nameSuffix()}`,
      dynamic,
    }),
    escalationCheck(authorizer, resolver),
  ];
}

/** Roles and bindings may grant no more than their writer holds. */
function escalationCheck(authorizer: Authorizer, resolver: RuleResolver): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    validate: (object, { group, resource, user, oldObject, operation, name }) => {
      if (object === undefined) return undefined;
      const write = {
        object,
        user,
        requestName: operation === 'CREATE' ? '' : name,
        ...(oldObject === undefined ? {} : { oldObject }),
      };
      checkEscalation({ group, resource }, write, { authorizer, resolver });
      return undefined;
    },
  };
}

const QUOTA_WRITER: WriteContext = {
  user: { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  dryRun: false,
  fieldManager: 'kube-apiserver',
  version: 'v1',
  subresource: 'status',
  options: {},
  warn: () => undefined,
  authorizeCreate: () => undefined,
};

function quotaUsage({ catalogue, getStore }: AdmissionPluginDependencies): QuotaUsage {
  return {
    async replaceUsed(quota: KubeObject, used) {
      const resource = catalogue.find('', 'resourcequotas');
      if (resource === undefined) return false;
      const { namespace = '', name, resourceVersion } = quota.metadata;
      try {
        await new ResourceStore(resource, getStore()).modify(
          namespace,
          name,
          (draft) => {
            const current = ensureObject(draft, 'metadata')['resourceVersion'];
            if (current !== resourceVersion) throw conflict({ group: '', resource: 'resourcequotas' }, name, 'changed');
            const status = ensureObject(draft, 'status');
            if (!isDeepStrictEqual(status['used'], used)) status['used'] = { ...used };
          },
          QUOTA_WRITER,
        );
        return true;
      } catch (error) {
        if (isStatusError(error, 'Conflict') || isStatusError(error, 'NotFound')) return false;
        throw error;
      }
    },
  };
}
