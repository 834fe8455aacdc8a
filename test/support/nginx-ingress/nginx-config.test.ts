import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../../src/api/object';
import { hasNginx } from './ingress-proxy';
import { nginxConfig } from './nginx-config';

const settings = { address: '127.0.0.1', port: 8080, folder: '/tmp/none', ingressClassName: 'nginx' };

const REWRITTEN = {
  'nginx.ingress.kubernetes.io/use-regex': 'true',
  'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
};

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'thesis', namespace: 'team' },
  spec: { ports: [{ name: 'http', port: 80 }] },
};

const slice = (ready: boolean): KubeObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'thesis-x', namespace: 'team', labels: { 'kubernetes.io/service-name': 'thesis' } },
  ports: [{ name: 'http', port: 8888 }],
  endpoints: [{ addresses: ['10.0.0.7'], conditions: { ready } }],
});

function ingress(path: object, annotations = {}, ingressClassName = 'nginx'): KubeObject {
  const backend = { service: { name: 'thesis', port: { name: 'http' } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'thesis', namespace: 'team', annotations },
    spec: { ingressClassName, rules: [{ host: 'thesis.test', http: { paths: [{ backend, ...path }] } }] },
  };
}

const of = (...ingresses: KubeObject[]): string =>
  nginxConfig({ ingresses, services: [service], endpointSlices: [slice(true)] }, settings);

describe('the nginx that follows Ingress objects', () => {
  it('leads a host to the ready pods of its Service', () => {
    expect(of(ingress({ path: '/', pathType: 'Prefix' }))).toContain('proxy_pass http://10.0.0.7:8888;');
  });

  it.each([
    ['a plain path', ingress({ path: '/' })],
    ['a path that is rewritten', ingress({ path: '/a(/|$)(.*)', pathType: 'ImplementationSpecific' }, REWRITTEN)],
  ])('answers 503 on %s while no pod is ready, and does nothing before', (_what, object) => {
    const objects = { ingresses: [object], services: [service], endpointSlices: [slice(false)] };
    expect(nginxConfig(objects, settings)).toMatch(/location \S+( "\S+")? \{\n +return 503;/);
    expect(nginxConfig(objects, settings)).not.toContain('rewrite');
  });

  it('takes a prefix as whole path elements', () => {
    const text = of(ingress({ path: '/team/thesis', pathType: 'Prefix' }));
    expect(text).toContain('location = /team/thesis {');
    expect(text).toContain('location /team/thesis/ {');
  });

  it('strips what the rewriting annotations strip', () => {
    const text = of(ingress({ path: '/team/thesis(/|$)(.*)', pathType: 'ImplementationSpecific' }, REWRITTEN));
    expect(text).toContain('location ~ "^/team/thesis(/|$)(.*)" {');
    expect(text).toContain('rewrite "^/team/thesis(/|$)(.*)" /$2 break;');
  });

  it('passes over Ingresses of other classes', () => {
    expect(of(ingress({ path: '/' }, {}, 'another'))).not.toContain('thesis.test');
  });

  (hasNginx() ? it : it.skip)('is taken by nginx itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'adrasteia-nginx-config-'));
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, of(ingress({ path: '/' })).replaceAll(settings.folder, folder));
    const { status, stderr } = spawnSync('/usr/sbin/nginx', ['-t', '-c', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  });
});
