import { collectionPath, creationPath, objectPath, withQuery } from '../../../src/adapters/kubernetes/paths';
import { thrown } from './loopback-api';

const PODS = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const KODES = { group: 'kode.jdomain.io', version: 'v1alpha2', kind: 'Kode', plural: 'kodes', namespaced: true };
const ROLES = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

describe('paths', () => {
  it.each([
    [collectionPath(PODS), '/api/v1/pods'],
    [collectionPath(PODS, 'team-a'), '/api/v1/namespaces/team-a/pods'],
    [collectionPath(KODES, 'team-a'), '/apis/kode.jdomain.io/v1alpha2/namespaces/team-a/kodes'],
    [objectPath(PODS, { namespace: 'team-a', name: 'x' }), '/api/v1/namespaces/team-a/pods/x'],
    [
      objectPath(KODES, { namespace: 'team-a', name: 'x' }, 'status'),
      '/apis/kode.jdomain.io/v1alpha2/namespaces/team-a/kodes/x/status',
    ],
    [objectPath(ROLES, { name: 'system:node' }), '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode'],
    [objectPath(ROLES, { name: 'a', namespace: 'ignored' }), '/apis/rbac.authorization.k8s.io/v1/clusterroles/a'],
    [
      objectPath(PODS, { namespace: 'a', name: 'b/../../secrets?x#y' }),
      '/api/v1/namespaces/a/pods/b%2F..%2F..%2Fsecrets%3Fx%23y',
    ],
    [withQuery('/x', { a: 'b=c,d', limit: 5, force: true, none: undefined }), '/x?a=b%3Dc%2Cd&limit=5&force=true'],
    [withQuery('/x', { none: undefined }), '/x'],
  ])('are built and encoded: %s', (path, expected) => {
    expect(path).toBe(expected);
  });

  it.each([
    ['an empty name', () => objectPath(PODS, { namespace: 'a', name: '' }), 'it would delete or read all objects'],
    ['a name that walks up', () => objectPath(PODS, { namespace: 'a', name: '..' }), 'servers normalise it'],
    ['an empty namespace', () => collectionPath(PODS, ''), 'it would widen a list to the whole cluster'],
    [
      'no namespace for a namespaced kind',
      () => creationPath(PODS, { name: 'x' }),
      'the path would be of another resource',
    ],
  ])('refuse %s', (_what, build, _because) => {
    expect(thrown(build)).toMatchObject({ code: 'ObjectInvalid' });
  });
});
