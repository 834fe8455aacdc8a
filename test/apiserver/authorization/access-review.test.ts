import type { JsonObject } from '../../../src/api/json';
import {
  answerLocalSubjectAccessReview,
  answerSelfSubjectAccessReview,
  answerSubjectAccessReview,
} from '../../../src/apiserver/authorization/access-review';
import { aggregatedRules } from '../../../src/apiserver/authorization/cluster-role-aggregation';
import { answerSelfSubjectRulesReview } from '../../../src/apiserver/authorization/rules-review';
import { isStatusError } from '../../../src/apiserver/status-error';
import { authorizerOf, clusterRole, DEFAULT_POLICIES, role, roleBinding, subject, userOf } from './policies';

const VERSION = 'authorization.k8s.io/v1';
const AUTHORIZER = authorizerOf([
  ...DEFAULT_POLICIES,
  role('reader', 'access-a', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]),
  roleBinding('b1', 'access-a', ['Role', 'reader'], [subject.user('jane')]),
]);
const BY_B1 = 'RBAC: allowed by RoleBinding "b1/access-a" of Role "reader" to User "jane"';

function statusOf(answer: () => JsonObject): unknown {
  try {
    return answer()['status'];
  } catch (error) {
    if (isStatusError(error)) return error.status.message;
    throw error;
  }
}

describe('a subject access review', () => {
  const INVALID = '.authorization.k8s.io "" is invalid: ';
  const NAME_PART =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const pods = (members: JsonObject = {}): JsonObject => ({ verb: 'get', resource: 'pods', ...members });

  it.each<[string, JsonObject, unknown]>([
    [
      'what is allowed',
      { user: 'jane', resourceAttributes: pods({ namespace: 'access-a' }) },
      { allowed: true, reason: BY_B1 },
    ],
    ['what is not', { user: 'kim', resourceAttributes: pods({ namespace: 'access-a' }) }, { allowed: false }],
    ['what a group may', { groups: ['system:masters'], resourceAttributes: pods() }, { allowed: true }],
    [
      'whether a path may be asked for',
      { user: 'x', groups: ['system:authenticated'], nonResourceAttributes: { path: '/api', verb: 'get' } },
      {
        allowed: true,
        reason:
          'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
      },
    ],
    [
      'that it says nothing',
      {},
      `${INVALID}[spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value: "": at least one of user or group must be specified]`,
    ],
    [
      'that it asks two things',
      { user: 'jane', resourceAttributes: { verb: 'get' }, nonResourceAttributes: { path: '/x' } },
      `${INVALID}spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":""}: cannot be specified in combination with resourceAttributes`,
    ],
    [
      'what its selectors lack',
      {
        user: 'jane',
        resourceAttributes: pods({
          fieldSelector: {},
          labelSelector: { rawSelector: 'a=b', requirements: [{ key: 'a', operator: 'In' }] },
        }),
      },
      `${INVALID}[spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required, spec.resourceAttributes.labelSelector.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements, spec.resourceAttributes.labelSelector.requirements[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn']`,
    ],
    [
      'what is wrong with each requirement',
      {
        user: 'jane',
        resourceAttributes: pods({
          fieldSelector: {
            requirements: [
              { key: '', operator: 'Foo' },
              { key: 'x', operator: 'In' },
              { key: 'x', operator: 'In', values: ['a', 'b'] },
              { key: 'x', operator: 'Exists', values: ['a'] },
            ],
          },
          labelSelector: {
            requirements: [
              { key: '', operator: 'Foo' },
              { key: 'x', operator: 'In' },
              { key: 'x', operator: 'Exists', values: ['a'] },
              { key: '-x', operator: 'In', values: ['!a'] },
            ],
          },
        }),
      },
      `${INVALID}[spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified, spec.resourceAttributes.fieldSelector.requirements[1].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn', spec.resourceAttributes.fieldSelector.requirements[3].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist', spec.resourceAttributes.labelSelector.requirements[0].key: Invalid value: "": name part must be non-empty, spec.resourceAttributes.labelSelector.requirements[0].key: Invalid value: "": ${NAME_PART}, spec.resourceAttributes.labelSelector.requirements[1].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn', spec.resourceAttributes.labelSelector.requirements[2].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist', spec.resourceAttributes.labelSelector.requirements[3].key: Invalid value: "-x": ${NAME_PART}, spec.resourceAttributes.labelSelector.requirements[3].values[0]: Invalid value: "!a": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')]`,
    ],
    [
      'which selectors could not be read',
      {
        user: 'jane',
        resourceAttributes: pods({ fieldSelector: { rawSelector: 'a=!' }, labelSelector: { rawSelector: 'a!!b' } }),
      },
      { allowed: false, evaluationError: 'spec.resourceAttributes.labelSelector ignored due to parse error' },
    ],
    [
      'which selectors could be read in part',
      {
        user: 'jane',
        resourceAttributes: pods({
          labelSelector: {
            requirements: [
              { key: 'x', operator: 'Foo' },
              { key: 'x', operator: 'In', values: ['a'] },
            ],
          },
          fieldSelector: { requirements: [{ key: 'x', operator: 'Exists' }] },
        }),
      },
      {
        allowed: false,
        evaluationError:
          'spec.resourceAttributes.fieldSelector ignored due to parse error; spec.resourceAttributes.labelSelector partially ignored due to parse error',
      },
    ],
  ])('tells %s', (_what, spec, status) => {
    const review = { apiVersion: VERSION, kind: 'SubjectAccessReview', spec };
    expect(statusOf(() => answerSubjectAccessReview(review, AUTHORIZER))).toEqual(status);
  });

  it.each(['a=b', 'a,!b', 'a in (b, c),d notin (e)', 'x/y!=z', 'a==b', 'a>1', 'a='])(
    'reads the label selector "%s"',
    (rawSelector) => {
      const spec = { user: 'jane', resourceAttributes: pods({ labelSelector: { rawSelector, requirements: [] } }) };
      const review = { apiVersion: VERSION, kind: 'SubjectAccessReview', spec };
      expect(statusOf(() => answerSubjectAccessReview(review, AUTHORIZER))).toEqual({ allowed: false });
    },
  );

  it('has no name of its own', () => {
    const review = { metadata: { name: 'x' }, spec: {} };
    const answer = (): JsonObject =>
      answerSelfSubjectAccessReview(review, { authorizer: AUTHORIZER, user: userOf('jane') });
    expect(statusOf(answer)).toBe(
      `${INVALID}[spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified, metadata: Invalid value: {"name":"x"}: must be empty]`,
    );
  });

  it('of oneself is about who asks', () => {
    const review = { spec: { resourceAttributes: pods({ namespace: 'access-a' }) } };
    const answer = (username: string) => () =>
      answerSelfSubjectAccessReview(review, { authorizer: AUTHORIZER, user: userOf(username) });
    expect(statusOf(answer('jane'))).toEqual({ allowed: true, reason: BY_B1 });
    expect(statusOf(answer('kim'))).toEqual({ allowed: false });
  });

  it.each<[string, JsonObject, JsonObject, unknown]>([
    ['the answer', { namespace: 'access-a' }, pods({ namespace: 'access-a' }), { allowed: true, reason: BY_B1 }],
    [
      'that it is about another namespace',
      { namespace: 'access-a' },
      pods({ namespace: 'default' }),
      `${INVALID}spec.resourceAttributes.namespace: Invalid value: "default": must match metadata.namespace`,
    ],
    [
      'that it is sent to another namespace',
      { namespace: 'other' },
      pods({ namespace: 'other' }),
      'spec.resourceAttributes.namespace must match namespace: access-a',
    ],
  ])('of a namespace tells %s', (_what, metadata, resourceAttributes, status) => {
    const review = { metadata, spec: { user: 'jane', resourceAttributes } };
    const context = { authorizer: AUTHORIZER, namespace: 'access-a' };
    expect(statusOf(() => answerLocalSubjectAccessReview(review, context))).toEqual(status);
  });
});

describe('a rules review', () => {
  const BASIC = [
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  ];
  const review = { apiVersion: VERSION, kind: 'SelfSubjectRulesReview', spec: { namespace: 'access-a' } };

  it.each([
    {
      because: 'a master has what its group is bound to',
      user: userOf('admin', 'system:masters', 'system:authenticated'),
      resources: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, ...BASIC],
      paths: 3,
    },
    { because: 'a plain user has the basics', user: userOf('kim', 'system:authenticated'), resources: BASIC, paths: 2 },
    {
      because: 'roles of the namespace come after those of the cluster',
      user: userOf('jane', 'system:authenticated'),
      resources: [...BASIC, { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }],
      paths: 2,
    },
  ])('lists all that one may: $because', ({ user, resources, paths }) => {
    const answer = answerSelfSubjectRulesReview(review, { resolver: AUTHORIZER, user });
    expect(answer).toMatchObject({ metadata: {}, spec: {}, status: { resourceRules: resources, incomplete: false } });
    expect((answer['status'] as { nonResourceRules: unknown[] }).nonResourceRules).toHaveLength(paths);
  });

  it('needs a namespace', () => {
    const answer = (): unknown =>
      answerSelfSubjectRulesReview({ spec: {} }, { resolver: AUTHORIZER, user: userOf('x') });
    expect(answer).toThrow('no namespace on request');
  });
});

describe('an aggregated cluster role', () => {
  const rule = (resource: string): JsonObject => ({ apiGroups: [''], resources: [resource], verbs: ['get'] });
  const labelled = (name: string, label: string, rules: readonly JsonObject[]) => {
    const made = clusterRole(name, rules);
    return { ...made, metadata: { ...made.metadata, labels: { to: label } } };
  };

  it('has the rules of all that its selectors name, each once, in the order of names', () => {
    const edit = clusterRole('edit', [rule('old')], {
      aggregationRule: {
        clusterRoleSelectors: [
          { matchLabels: { to: 'edit' } },
          { matchExpressions: [{ key: 'to', operator: 'In', values: ['view'] }] },
        ],
      },
    });
    const others = [
      labelled('z', 'edit', [rule('c'), rule('a')]),
      labelled('b', 'edit', [rule('a')]),
      labelled('v', 'view', [rule('a'), rule('d')]),
      labelled('n', 'none', [rule('e')]),
    ];
    expect(aggregatedRules(edit, [edit, ...others])).toEqual([rule('a'), rule('c'), rule('d')]);
  });

  it('is left alone where it takes in nothing', () => {
    expect(aggregatedRules(clusterRole('view', [rule('a')]), [])).toBeUndefined();
  });
});
