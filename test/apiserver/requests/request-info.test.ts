import { type RequestInfo, requestInfoOf } from '../../../src/apiserver/requests/request-info';

const infoOf = (method: string, url: string): RequestInfo => {
  const [path = '', query = ''] = url.split('?');
  return requestInfoOf(method, path, new URLSearchParams(query));
};

describe('a path of the API', () => {
  it.each<readonly [because: string, method: string, url: string, expected: Partial<RequestInfo>]>([
    [
      'a GET of a collection is a list',
      'GET',
      '/api/v1/pods',
      { verb: 'list', group: '', version: 'v1', resource: 'pods' },
    ],
    [
      'a GET with a name is a get',
      'GET',
      '/api/v1/namespaces/a/pods/web',
      { verb: 'get', namespace: 'a', resource: 'pods', name: 'web' },
    ],
    ['`watch` makes a list a watch', 'GET', '/api/v1/pods?watch=true', { verb: 'watch' }],
    ['`watch` without a value counts', 'GET', '/api/v1/pods?watch', { verb: 'watch' }],
    ['`watch=0` is none', 'GET', '/api/v1/pods?watch=0', { verb: 'list' }],
    ['a name is got, whatever `watch` says', 'GET', '/api/v1/namespaces/a/pods/web?watch=1', { verb: 'get' }],
    [
      'the old form of a watch',
      'GET',
      '/api/v1/watch/namespaces/a/pods',
      { verb: 'watch', namespace: 'a', resource: 'pods', isWatchPath: true },
    ],
    [
      'the old form of a watch of one object',
      'GET',
      '/api/v1/watch/namespaces/a/pods/web',
      { verb: 'watch', name: 'web', isWatchPath: true },
    ],
    ['a HEAD is a get', 'HEAD', '/api/v1/namespaces/a/pods/web', { verb: 'get' }],
    [
      'a POST is a create',
      'POST',
      '/apis/apps/v1/namespaces/a/deployments',
      { verb: 'create', group: 'apps', resource: 'deployments', name: '' },
    ],
    ['a PUT is an update', 'PUT', '/apis/apps/v1/namespaces/a/deployments/web', { verb: 'update' }],
    [
      'a PATCH is a patch',
      'PATCH',
      '/apis/apps/v1/namespaces/a/deployments/web/scale',
      { verb: 'patch', subresource: 'scale' },
    ],
    ['a DELETE with a name is a delete', 'DELETE', '/api/v1/namespaces/a/pods/web', { verb: 'delete' }],
    ['a DELETE without one is a deletecollection', 'DELETE', '/api/v1/namespaces/a/pods', { verb: 'deletecollection' }],
    [
      'a namespace is in itself',
      'GET',
      '/api/v1/namespaces/a',
      { verb: 'get', namespace: 'a', resource: 'namespaces', name: 'a' },
    ],
    [
      'a namespace’s status is no resource in it',
      'PUT',
      '/api/v1/namespaces/a/status',
      { namespace: 'a', resource: 'namespaces', name: 'a', subresource: 'status' },
    ],
    [
      'nor is its finalize',
      'PUT',
      '/api/v1/namespaces/a/finalize',
      { resource: 'namespaces', name: 'a', subresource: 'finalize' },
    ],
    ['namespaces are listed', 'GET', '/api/v1/namespaces', { verb: 'list', namespace: '', resource: 'namespaces' }],
    [
      'what follows a subresource stays in the parts',
      'GET',
      '/api/v1/namespaces/a/pods/web/proxy/x/y',
      { subresource: 'proxy', parts: ['pods', 'web', 'proxy', 'x', 'y'] },
    ],
    [
      'a list that selects one name has it',
      'GET',
      '/api/v1/pods?fieldSelector=metadata.name%3Dweb',
      { verb: 'list', name: 'web' },
    ],
    [
      'and so has a watch',
      'GET',
      '/api/v1/pods?watch=1&fieldSelector=a%3Db,metadata.name%3D%3Dweb',
      { verb: 'watch', name: 'web' },
    ],
    [
      'a selected name that could be a path is none',
      'GET',
      '/api/v1/pods?fieldSelector=metadata.name%3Da/b',
      { name: '' },
    ],
    ['a create has no selected name', 'POST', '/api/v1/pods?fieldSelector=metadata.name%3Dweb', { name: '' }],
    ['a slash at the end counts for nothing', 'GET', '/api/v1/pods/', { verb: 'list', name: '' }],
  ])('%s', (_because, method, url, expected) => {
    expect(infoOf(method, url)).toMatchObject({ isResource: true, ...expected });
  });

  it.each([
    ['/', 'get'],
    ['/version', 'get'],
    ['/api', 'get'],
    ['/api/v1', 'get'],
    ['/apis', 'get'],
    ['/apis/apps', 'get'],
    ['/apis/apps/v1', 'get'],
    ['/healthz/ping', 'get'],
    ['/apiserver', 'get'],
  ])('%s is no resource, and its verb is the method', (url, verb) => {
    expect(infoOf('GET', url)).toMatchObject({ isResource: false, verb, path: url, resource: '' });
  });
});
