/**
 * The webhook that refuses environments for which a quota has no room. Off unless asked for: without it they are made, and wait.
 *
 * It is asked about environments in tenants' namespaces alone, and is never in the way: where it doesn't answer, everything passes
 * (`Ignore`), since a reservation decides in the end. The controller makes its certificate, and writes its authority into the
 * configuration; so the objects here hold neither.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { ResourceType } from '../../src/api/resource-type';
import { kindKey } from '../../src/api/resource-type';
import type { Kind } from '../../src/plan/kind';
import { TENANT_LABEL } from '../../src/tenancy/names';
import { QUOTA_ALLOCATION } from '../../src/tenancy/quota-allocation';
import {
  QUOTA_WEBHOOK,
  QUOTA_WEBHOOK_NAME,
  QUOTA_WEBHOOK_PATH,
  QUOTA_WEBHOOK_PORT,
} from '../../src/tenancy/quota-webhook';

const ADMISSION_GROUP = 'admissionregistration.k8s.io';
const RBAC_GROUP = 'rbac.authorization.k8s.io';

export interface QuotaWebhookProps {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly kinds: readonly Kind[];
  /** Name of the controller's account. */
  readonly account: string;
  /** Labels of the controller's pods. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Configuration, Service, the way to the pods, and the right to say in the configuration whom to believe. */
export class QuotaWebhook extends Construct {
  constructor(scope: Construct, id: string, props: QuotaWebhookProps) {
    super(scope, id);
    const { namespace, labels, selector } = props;
    const name = QUOTA_WEBHOOK_NAME;
    new k8s.KubeService(this, 'service', {
      metadata: { name, namespace, labels: { ...labels } },
      spec: {
        selector: { ...selector },
        ports: [
          { name: 'https', port: 443, targetPort: k8s.IntOrString.fromNumber(QUOTA_WEBHOOK_PORT), protocol: 'TCP' },
        ],
      },
    });
    new k8s.KubeNetworkPolicy(this, 'network-policy', {
      metadata: { name, namespace, labels: { ...labels } },
      spec: {
        podSelector: { matchLabels: { ...selector } },
        policyTypes: ['Ingress'],
        // The API server's address is neither a pod's nor known beforehand.
        ingress: [{ ports: [{ port: k8s.IntOrString.fromNumber(QUOTA_WEBHOOK_PORT), protocol: 'TCP' }] }],
      },
    });
    const role = new k8s.KubeClusterRole(this, 'role', {
      metadata: { name, labels: { ...labels } },
      rules: [
        {
          apiGroups: [ADMISSION_GROUP],
          resources: ['validatingwebhookconfigurations'],
          resourceNames: [name],
          verbs: ['get', 'patch'],
        },
      ],
    });
    const binding = new k8s.KubeClusterRoleBinding(this, 'binding', {
      metadata: { name, labels: { ...labels } },
      roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: props.account, namespace }],
    });
    binding.node.addDependency(role);
    new ApiObject(this, 'configuration', {
      apiVersion: `${ADMISSION_GROUP}/v1`,
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name, labels: { ...labels } },
      webhooks: [
        {
          name: QUOTA_WEBHOOK,
          clientConfig: { service: { namespace, name, path: QUOTA_WEBHOOK_PATH, port: 443 } },
          ...quotaWebhookRules(props.kinds),
        },
      ],
    });
  }
}

/** What the webhook is asked about, and what becomes of a request while it doesn't answer. */
export function quotaWebhookRules(kinds: readonly Kind[]) {
  return {
    rules: kinds
      .filter(asksQuota)
      .map(({ type }) => type)
      .sort((a, b) => (kindKey(a) < kindKey(b) ? -1 : 1))
      .map(({ group, version, plural }: ResourceType) => ({
        apiGroups: [group],
        apiVersions: [version],
        operations: ['CREATE', 'UPDATE'],
        resources: [plural],
        scope: 'Namespaced',
      })),
    matchPolicy: 'Equivalent',
    namespaceSelector: { matchExpressions: [{ key: TENANT_LABEL, operator: 'Exists' }] },
    failurePolicy: 'Ignore',
    sideEffects: 'None',
    timeoutSeconds: 3,
    admissionReviewVersions: ['v1'],
  };
}

function asksQuota({ planner }: Kind): boolean {
  return planner?.readsIfServed?.some((type) => kindKey(type) === kindKey(QUOTA_ALLOCATION.type)) === true;
}
