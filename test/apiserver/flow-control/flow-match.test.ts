import { type FlowSchemaSpec, inMatchingOrder, isInFlow } from '../../../src/apiserver/flow-control/flow-match';
import type { RequestInfo } from '../../../src/apiserver/requests/request-info';
import { requestInfoOf } from '../../../src/apiserver/requests/request-info';

const LEVEL = { priorityLevelConfiguration: { name: 'workload-low' } };

function info(method: string, path: string): RequestInfo {
  return requestInfoOf(method, path, new URLSearchParams());
}

function specOf(rule: NonNullable<FlowSchemaSpec['rules']>[number]): FlowSchemaSpec {
  return { ...LEVEL, matchingPrecedence: 1000, rules: [rule] };
}

const EVERYBODY = [{ kind: 'Group', group: { name: '*' } }] as const;
const PODS = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'], namespaces: ['default'] };

describe('the flow of a request', () => {
  it.each([
    { subject: { kind: 'User', user: { name: 'ann' } }, expected: true },
    { subject: { kind: 'User', user: { name: 'bob' } }, expected: false },
    { subject: { kind: 'User', user: { name: '*' } }, expected: true },
    { subject: { kind: 'Group', group: { name: 'developers' } }, expected: true },
    { subject: { kind: 'Group', group: { name: 'operators' } }, expected: false },
    { subject: { kind: 'ServiceAccount', serviceAccount: { namespace: 'default', name: '*' } }, expected: false },
  ] as const)('is told by its user: $subject', ({ subject, expected }) => {
    const spec = specOf({ subjects: [subject], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] });
    const user = { username: 'ann', groups: ['developers'] };
    expect(isInFlow(spec, { user, info: info('GET', '/version') })).toBe(expected);
  });

  it.each([
    { name: 'builder', namespace: 'ci', expected: true },
    { name: '*', namespace: 'ci', expected: true },
    { name: 'deployer', namespace: 'ci', expected: false },
    { name: '*', namespace: 'default', expected: false },
  ])('is told by its service account: $namespace/$name', ({ name, namespace, expected }) => {
    const subject = { kind: 'ServiceAccount', serviceAccount: { namespace, name } } as const;
    const spec = specOf({ subjects: [subject], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] });
    const user = { username: 'system:serviceaccount:ci:builder', groups: [] };
    expect(isInFlow(spec, { user, info: info('GET', '/version') })).toBe(expected);
  });

  it.each([
    { method: 'GET', path: '/api/v1/namespaces/default/pods/web', rule: PODS, expected: true },
    { method: 'DELETE', path: '/api/v1/namespaces/default/pods/web', rule: PODS, expected: false },
    { method: 'GET', path: '/api/v1/namespaces/other/pods/web', rule: PODS, expected: false },
    { method: 'GET', path: '/api/v1/namespaces/default/pods/web/status', rule: PODS, expected: false },
    { method: 'GET', path: '/api/v1/pods', rule: PODS, expected: false },
    { method: 'GET', path: '/api/v1/pods', rule: { ...PODS, clusterScope: true }, expected: true },
    { method: 'GET', path: '/apis/apps/v1/namespaces/default/pods/web', rule: PODS, expected: false },
    { method: 'GET', path: '/version', rule: { ...PODS, resources: ['*'] }, expected: false },
  ])('is told by what it asks for: $method $path', ({ method, path, rule, expected }) => {
    const spec = specOf({ subjects: EVERYBODY, resourceRules: [rule] });
    expect(isInFlow(spec, { user: { username: 'ann', groups: [] }, info: info(method, path) })).toBe(expected);
  });

  it.each([
    { url: '/healthz', path: '/healthz', expected: true },
    { url: '/healthz', path: '/healthz/etcd', expected: false },
    { url: '/healthz/*', path: '/healthz/etcd', expected: true },
    { url: '*', path: '/anything', expected: true },
  ])('is told by its path where it is no resource: $url for $path', ({ url, path, expected }) => {
    const spec = specOf({ subjects: EVERYBODY, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: [url] }] });
    expect(isInFlow(spec, { user: { username: 'ann', groups: [] }, info: info('GET', path) })).toBe(expected);
  });

  it('is looked for by precedence, and by name where that is the same', () => {
    const schema = (name: string, matchingPrecedence: number) => ({
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: { name },
      spec: { ...LEVEL, matchingPrecedence },
    });
    const ordered = inMatchingOrder([schema('last', 10000), schema('b', 800), schema('a', 800), schema('first', 1)]);
    expect(ordered.map(({ metadata }) => metadata.name)).toEqual(['first', 'a', 'b', 'last']);
  });
});
