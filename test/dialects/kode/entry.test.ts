import type { Manifest } from '../../../src/api/object';
import { GATEWAY_ANNOTATION, INGRESS_CLASS_ANNOTATION } from '../../../src/dialects/kode/entry';
import { entryAddress } from '../../../src/dialects/kode/entry-address';
import type { KodeSpec } from '../../../src/dialects/kode/kode';
import type { KodeTemplateSpec } from '../../../src/dialects/kode/kode-template';
import { clusterTemplate, envoyConfig, kode, modelled, template, workloadOf } from './objects';

const WITH_PASSWORD = { password: 'lovelace' };

function entryPoint(name: string, spec: object, metadata: Partial<Manifest['metadata']> = {}): Manifest {
  return {
    apiVersion: 'kode.jacero.io/v1alpha1',
    kind: 'EntryPoint',
    metadata: { name, namespace: 'team-a', ...metadata },
    spec,
  };
}

const byDomain = { api: 'ingress-api', routingType: 'domain', url: 'kode.example.org' } as const;
const byPath = { api: 'ingress-api', routingType: 'path', url: 'https://kode.example.org/dev/' } as const;
const byGateway = { ...byDomain, api: 'gateway-api' } as const;

/** The entry of a Kode with a password among other objects. */
function entryOf(others: readonly Manifest[], spec: Partial<KodeTemplateSpec> = {}) {
  return modelled(kode(WITH_PASSWORD), [template(spec), ...others]).model.entry;
}

/** Why there is no entry. */
function refusal(
  others: readonly Manifest[],
  spec: Partial<KodeTemplateSpec> = {},
  of: Partial<KodeSpec> = WITH_PASSWORD,
) {
  const { model, notes } = modelled(kode(of), [template(spec), ...others]);
  expect(model.entry).toBeUndefined();
  return notes['entryRefused'];
}

describe('the address of a Kode', () => {
  const thesis = { name: 'thesis', namespace: 'team-a' };

  it.each([
    { url: 'kode.example.org', routing: 'domain', at: 'http://thesis--team-a.kode.example.org/' },
    { url: 'https://Kode.Example.org', routing: 'domain', at: 'https://thesis--team-a.kode.example.org/' },
    { url: 'http://kode.example.org/', routing: 'domain', at: 'http://thesis--team-a.kode.example.org/' },
    { url: 'localhost', routing: 'path', at: 'http://localhost/team-a/thesis' },
    { url: 'https://kode.example.org/dev//', routing: 'path', at: 'https://kode.example.org/dev/team-a/thesis' },
  ] as const)('is $at below $url by $routing', ({ url, routing, at }) => {
    const address = entryAddress(url, routing, thesis);
    if ('problem' in address) throw new Error(address.problem);
    expect(`${address.isTls ? 'https' : 'http'}://${address.host}${address.path}`).toBe(at);
  });

  it.each([
    { url: '', says: 'domain name' },
    { url: 'https://', says: 'domain name' },
    { url: 'ftp://kode.example.org', says: 'domain name' },
    { url: '*.kode.example.org', says: 'domain name' },
    { url: 'kode.example.org:8443', says: 'without a port' },
    { url: 'ada:secret@kode.example.org', says: 'domain name' },
    { url: '10.0.0.1', says: 'domain name' },
    { url: 'kode.example.org?x=1', says: 'domain name' },
    { url: 'kode.example.org/a/../b', says: 'path' },
    { url: 'kode.example.org/a%2fb', says: 'path' },
  ])('is none below "$url"', ({ url, says }) => {
    expect(entryAddress(url, 'path', thesis)).toEqual({ problem: expect.stringContaining(says) as string });
  });

  it('needs no path where each Kode has a host of its own', () => {
    expect(entryAddress('kode.example.org/dev', 'domain', thesis)).toEqual({
      problem: expect.stringContaining('route by path') as string,
    });
  });

  it('is another one for every Kode of a cluster, in labels that DNS takes', () => {
    const names = ['a', 'a-b', 'a--b', 'b', 'b--c', 'x'.repeat(52)];
    const namespaces = ['a', 'b', 'b--c', 'a-b', 'y'.repeat(63)];
    const hosts = names.flatMap((name) =>
      namespaces.map((namespace) => {
        const address = entryAddress('kode.example.org', 'domain', { name, namespace });
        return 'problem' in address ? address.problem : address.host;
      }),
    );
    expect(new Set(hosts).size).toBe(names.length * namespaces.length);
    for (const host of hosts) {
      expect(host).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.kode\.example\.org$/);
    }
  });
});

describe('the entry of a Kode', () => {
  it('is what its template says, whatever EntryPoints its namespace has', () => {
    const others = [entryPoint('a', byPath), entryPoint('b', byPath)];
    expect(entryOf(others, { entryPointSpec: byDomain })).toEqual({
      host: 'thesis--team-a.kode.example.org',
      path: '/',
      basePath: 'Strip',
      annotations: {},
    });
  });

  it('is what the one EntryPoint of its namespace says, in either spelling', () => {
    const expected = {
      host: 'kode.example.org',
      path: '/dev/team-a/thesis',
      basePath: 'Strip',
      annotations: {},
      tls: {},
    };
    expect(entryOf([entryPoint('public', byPath), entryPoint('theirs', byDomain, { namespace: 'team-b' })])).toEqual(
      expected,
    );
    expect(entryOf([entryPoint('public', { apiType: 'ingress-api', type: 'path', url: byPath.url })])).toEqual(
      expected,
    );
  });

  it('is of the Kode’s own namespace, wherever its template stands', () => {
    const reference = { kind: 'KodeClusterTemplate' as const, name: 'small' };
    const { model } = modelled(kode({ ...WITH_PASSWORD, templateRef: reference }), [
      clusterTemplate(),
      entryPoint('public', byDomain),
    ]);
    expect(model.entry?.host).toBe('thesis--team-a.kode.example.org');
  });

  it('is none where nothing asks for one, and that is no mistake', () => {
    const { model, notes } = modelled(kode(WITH_PASSWORD), [template()]);
    expect([model.entry, notes['entryRefused']]).toEqual([undefined, undefined]);
  });

  it('has the class of Ingress that an annotation names, and the cluster’s default otherwise', () => {
    const annotations = { [INGRESS_CLASS_ANNOTATION]: 'nginx' };
    expect(entryOf([entryPoint('public', byDomain, { annotations })])?.ingressClassName).toBe('nginx');
    expect(entryOf([entryPoint('public', byDomain)])).not.toHaveProperty('ingressClassName');
  });

  it.each<{ because: string; annotation?: string; gateway: object }>([
    { because: 'the one that kode-operator would have made', gateway: { name: 'public-gateway' } },
    { because: 'one of this namespace', annotation: 'shared', gateway: { name: 'shared' } },
    { because: 'one of another', annotation: 'infra/shared', gateway: { name: 'shared', namespace: 'infra' } },
  ])('leads by a Gateway: $because', ({ annotation, gateway }) => {
    const annotations: Record<string, string> = annotation === undefined ? {} : { [GATEWAY_ANNOTATION]: annotation };
    const spec = { ...byGateway, gatewaySpec: { gatewayClassName: 'any' } };
    expect(entryOf([entryPoint('public', spec, { annotations })])?.gateway).toEqual(gateway);
  });

  it('tells a desktop the path that it is asked by, and takes it off before code-server', () => {
    const webtop = modelled(kode(WITH_PASSWORD), [template({ type: 'webtop', entryPointSpec: byPath })]).model;
    expect(webtop.entry?.basePath).toBe('Keep');
    expect(webtop.workloads[0]?.app.env).toContainEqual({ name: 'SUBFOLDER', value: '/dev/team-a/thesis/' });
    expect(entryOf([], { entryPointSpec: byPath })?.basePath).toBe('Strip');
    expect(workloadOf(kode(WITH_PASSWORD), [template({ type: 'webtop' })]).app.env).not.toContainEqual(
      expect.objectContaining({ name: 'SUBFOLDER' }),
    );
  });
});

describe('an entry that can’t be carried out', () => {
  it('is none where a namespace has several EntryPoints, which are named', () => {
    expect(refusal([entryPoint('b', byDomain), entryPoint('a', byPath)])).toMatch(
      /^Namespace team-a has more than one EntryPoint \((a, b|b, a)\)/,
    );
  });

  it.each<{ because: string; spec: object; says: string }>([
    { because: 'it is empty, as the published sample is', spec: {}, says: 'EntryPoint team-a/public is invalid' },
    { because: 'its url is none', spec: { ...byDomain, url: 'x:y' }, says: 'spec.url: "x:y" must be a domain name' },
  ])('is none, and the message names the field: $because', ({ spec, says }) => {
    expect(refusal([entryPoint('public', spec)])).toContain(says);
  });

  it('names the annotation that names no Gateway', () => {
    const annotations = { [GATEWAY_ANNOTATION]: 'a/b/c' };
    expect(refusal([entryPoint('public', byGateway, { annotations })])).toContain(
      'metadata.annotations[adrasteia.dev/gateway]: "a/b/c" must name a Gateway',
    );
  });

  it('names every field that a template leaves out', () => {
    expect(refusal([], { entryPointSpec: {} })).toBe(
      "spec.entryPointSpec of KodeTemplate team-a/small can't be carried out: " +
        'spec.entryPointSpec.api: is missing: give ingress-api or gateway-api; ' +
        'spec.entryPointSpec.routingType: is missing: give domain or path; ' +
        'spec.entryPointSpec.url: is missing: give a domain such as kode.example.org',
    );
  });
});

describe('a Kode that anybody could walk into', () => {
  const point = entryPoint('public', byDomain);
  const empty = { ...envoyConfig('proxy', 'team-a'), spec: {} };
  const proxied = { envoyProxyRef: { name: 'proxy' } };
  const filter = (type: string) => ({
    ...empty,
    spec: {
      httpFilters: [
        { name: 'one', typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.http.${type}` } },
      ],
    },
  });

  it.each<{
    because: string;
    spec?: Partial<KodeTemplateSpec>;
    of?: Partial<KodeSpec>;
    others?: readonly Manifest[];
    says: string;
  }>([
    { because: 'neither app nor proxy asks for anything', says: 'give the Kode spec.password or spec.existingSecret' },
    { because: 'the password is empty', of: { password: '' }, says: 'the app asks for no password' },
    {
      because: 'the template takes the password away',
      of: WITH_PASSWORD,
      spec: { envs: [{ name: 'PASSWORD', value: '' }] },
      says: 'the app asks for no password',
    },
    {
      because: 'the proxy asks for nothing, and the app leaves the asking to it',
      of: WITH_PASSWORD,
      spec: proxied,
      others: [empty],
      says: 'EnvoyProxyConfig team-a/proxy asks for no sign-in: give it authType: basic',
    },
    {
      because: 'its filters refuse nobody',
      spec: proxied,
      others: [filter('cors.v3.Cors')],
      says: 'EnvoyProxyConfig team-a/proxy asks for no sign-in',
    },
  ])('is not reached from outside, and says what to do: $because', ({ spec = {}, of = {}, others = [], says }) => {
    const message = refusal([point, ...others], spec, of);
    expect(message).toContain('EntryPoint team-a/public does not lead here, since anybody could come in');
    expect(message).toContain(says);
  });

  it.each<{ because: string; spec?: Partial<KodeTemplateSpec>; of?: Partial<KodeSpec>; others?: readonly Manifest[] }>([
    { because: 'the app asks for a password', of: WITH_PASSWORD },
    { because: 'a Secret holds the password', of: { existingSecret: 'mine' } },
    { because: 'the template gives the password', spec: { envs: [{ name: 'PASSWORD', value: 'shared' }] } },
    { because: 'the proxy asks for one', of: WITH_PASSWORD, spec: proxied, others: [envoyConfig('proxy', 'team-a')] },
    { because: 'the proxy asks an authoriser', spec: proxied, others: [filter('ext_authz.v3.ExtAuthz')] },
    { because: 'the proxy isn’t there, so that nobody gets in', spec: proxied },
  ])('is not one: $because', ({ spec = {}, of = {}, others = [] }) => {
    const { model } = modelled(kode(of), [template(spec), point, ...others]);
    expect(model.entry?.host).toBe('thesis--team-a.kode.example.org');
  });

  it('runs on as it did without the entry point', () => {
    const before = modelled(kode(), [template()]);
    const after = modelled(kode(), [template(), point]);
    expect([after.model, after.layout]).toEqual([before.model, before.layout]);
  });
});
