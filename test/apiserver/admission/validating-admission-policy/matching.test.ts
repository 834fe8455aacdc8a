import type { JsonObject } from '../../../../src/api/json';
import type { KubeObject } from '../../../../src/api/object';
import type { AdmissionAttributes } from '../../../../src/apiserver/admission/admission';
import { ask, type Stored, type Told } from './policy-admission';

type Attributes = Omit<AdmissionAttributes, 'warn'>;

const DEPLOYMENT: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
};
const ATTRIBUTES: Attributes = {
  operation: 'CREATE',
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  kind: 'Deployment',
  subresource: '',
  namespace: 'default',
  name: 'web',
  user: { username: 'admin', groups: [] },
  dryRun: false,
  options: {},
};
const RULE: JsonObject = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['*'], resources: ['deployments'] };

function policy(name: string, constraints: JsonObject, spec: JsonObject = {}): JsonObject {
  return {
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { matchPolicy: 'Equivalent', resourceRules: [RULE], ...constraints },
      validations: [{ expression: 'false', message: 'no' }],
      ...spec,
    },
  };
}

function stored(...policies: readonly JsonObject[]): Stored {
  return {
    'admissionregistration.k8s.io/validatingadmissionpolicies': policies,
    'admissionregistration.k8s.io/validatingadmissionpolicybindings': policies.map((each) => {
      const { name } = each['metadata'] as { readonly name: string };
      return { metadata: { name: `${name}-binding` }, spec: { policyName: name, validationActions: ['Deny'] } };
    }),
  };
}

function isRefused(told: Told): boolean {
  return told.status !== undefined;
}

describe('the match constraints of a policy', () => {
  it.each([
    { constraints: {}, refused: true, because: 'the rule names the resource' },
    {
      constraints: { resourceRules: [{ ...RULE, operations: ['UPDATE'] }] },
      refused: false,
      because: 'the operation differs',
    },
    { constraints: { resourceRules: [{ ...RULE, apiGroups: [''] }] }, refused: false, because: 'the group differs' },
    {
      constraints: { resourceRules: [{ ...RULE, resources: ['deployments/*'] }] },
      refused: true,
      because: 'a star means the object too',
    },
    {
      constraints: { resourceRules: [{ ...RULE, resources: ['deployments/status'] }] },
      refused: false,
      because: 'the subresource differs',
    },
    {
      constraints: { resourceRules: [{ ...RULE, resourceNames: ['db'] }] },
      refused: false,
      because: 'the name differs',
    },
    { constraints: { excludeResourceRules: [RULE] }, refused: false, because: 'it is excluded' },
    {
      constraints: { excludeResourceRules: [{ ...RULE, resourceNames: ['db'] }] },
      refused: true,
      because: 'another is excluded',
    },
    { constraints: { objectSelector: { matchLabels: { app: 'db' } } }, refused: false, because: 'the labels differ' },
    { constraints: { objectSelector: { matchLabels: { app: 'web' } } }, refused: true, because: 'the labels fit' },
    {
      constraints: {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['default'] }],
        },
      },
      refused: false,
      because: 'the namespace is excepted',
    },
  ])('say which requests it is asked about: $because', ({ constraints, refused }) => {
    expect(isRefused(ask(DEPLOYMENT, ATTRIBUTES, stored(policy('p', constraints))))).toBe(refused);
  });

  it.each([
    { matchPolicy: 'Equivalent', told: 'apps/v1beta1 v1beta1 v1' },
    { matchPolicy: 'Exact', told: undefined },
  ])('name another version, which is then seen where the match policy is $matchPolicy', ({ matchPolicy, told }) => {
    const other = { group: 'apps', version: 'v1beta1', resource: 'deployments', kind: 'Deployment' };
    const messageExpression =
      "string(object.apiVersion) + ' ' + request.kind.version + ' ' + request.requestKind.version";
    const spec = { validations: [{ expression: 'false', messageExpression }] };
    const constraints = { matchPolicy, resourceRules: [{ ...RULE, apiVersions: ['v1beta1'] }] };
    const { status } = ask(DEPLOYMENT, ATTRIBUTES, stored(policy('p', constraints, spec)), [other]);
    expect(status?.message.split('denied request: ')[1]).toBe(told);
  });

  it('need the namespace whose labels decide', () => {
    const constraints = { namespaceSelector: { matchLabels: { a: 'b' } } };
    const { status } = ask(DEPLOYMENT, { ...ATTRIBUTES, namespace: 'gone' }, stored(policy('p', constraints)));
    expect(status?.message).toBe(
      `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: namespaces "gone" not found`,
    );
  });
});

describe('policies', () => {
  it('are asked in the order of their names, and the first that refuses is told', () => {
    const { status } = ask(DEPLOYMENT, ATTRIBUTES, stored(policy('b', {}), policy('a', {})));
    expect(status?.message).toContain(`ValidatingAdmissionPolicy 'a' with binding 'a-binding' denied request: no`);
  });

  it('do nothing without a binding', () => {
    const { ['admissionregistration.k8s.io/validatingadmissionpolicies']: policies } = stored(policy('p', {}));
    const told = ask(DEPLOYMENT, ATTRIBUTES, { 'admissionregistration.k8s.io/validatingadmissionpolicies': policies });
    expect(isRefused(told)).toBe(false);
  });

  it('see what is deleted as the old object alone', () => {
    const spec = {
      validations: [{ expression: "object != null || oldObject.metadata.name != 'web'", message: 'kept' }],
    };
    const attributes: Attributes = {
      ...ATTRIBUTES,
      operation: 'DELETE',
      oldObject: DEPLOYMENT as unknown as KubeObject,
    };
    const { status } = ask(undefined, attributes, stored(policy('p', {}, spec)));
    expect(status?.message).toContain('denied request: kept');
  });

  it('see no namespace where the request has none', () => {
    const spec = { validations: [{ expression: 'namespaceObject != null', message: 'none' }] };
    const { status } = ask(DEPLOYMENT, { ...ATTRIBUTES, namespace: '' }, stored(policy('p', {}, spec)));
    expect(status?.message).toContain('denied request: none');
  });

  it('cannot find namespaced parameters for a request without a namespace', () => {
    const objects = stored(policy('p', {}, { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }));
    const binding = {
      metadata: { name: 'b' },
      spec: { policyName: 'p', validationActions: ['Deny'], paramRef: { name: 'x', parameterNotFoundAction: 'Allow' } },
    };
    const { status } = ask(
      DEPLOYMENT,
      { ...ATTRIBUTES, namespace: '' },
      {
        ...objects,
        'admissionregistration.k8s.io/validatingadmissionpolicybindings': [binding],
      },
    );
    expect(status?.message).toContain(
      'failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
    );
  });
});
