/**
 * Whom pods of tenants reach and who reaches them, with all policies of a cluster together: the namespaces' and the environments'
 * own. Judged by an implementation of the rules that isn't ours. The verdicts are a section of `docs/tenancy.md`; to write it anew:
 *
 *     ADRA_WRITE_NETWORK=1 npx jest --selectProjects manifests test/manifests/tenant-networks
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import type { Manifest } from '../../src/api/object';
import { expand } from '../../src/synth/expand';
import { anyTemplate } from '../support/engine';
import { describeWithGo } from '../support/with-go';
import { type Peer, type Traffic, trafficVerdicts } from './traffic-verdicts';

jest.setTimeout(600_000);

const PAGE = join(__dirname, '../../docs/tenancy.md');
const BEGIN = '<!-- network: written by the verdicts of cyclonus (test/manifests), not by hand -->';
const END = '<!-- end of network -->';

const ours = (kind: string, name: string, spec: object, namespace?: string): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  spec,
});
const tenant = (name: string): readonly Manifest[] => [
  ours('Tenant', name, { firstName: 'A', lastName: 'Person', email: `${name}@example.org`, sandbox: true }),
  ...['thesis', 'notes'].map((environment) =>
    ours(
      'Environment',
      environment,
      { templateRef: { kind: 'EnvironmentTemplate', name: 'any' }, owner: { kind: 'Tenant', name } },
      `tenant-${name}`,
    ),
  ),
  { ...anyTemplate(), metadata: { name: 'any', namespace: `tenant-${name}` } },
];
const ENTRY_NAMESPACE = 'ingress-nginx';
const objects = policiesOf(
  ours('Tenancy', 'default', {
    network: {
      ingressFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ENTRY_NAMESPACE } } }],
    },
  }),
  ours('Workspace', 'tea', { displayName: 'Tea' }),
  ...tenant('ada'),
  ...tenant('grace'),
  {
    apiVersion: 'crownlabs.polito.it/v1alpha2',
    kind: 'Tenant',
    metadata: { name: 'john' },
    spec: { firstName: 'John', lastName: 'Doe', email: 'john@example.org', createSandbox: true },
  },
);

function policiesOf(...given: readonly Manifest[]): readonly Manifest[] {
  const { manifests, problems } = expand(given, kinds);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return manifests.filter(({ kind }) => kind === 'NetworkPolicy' || kind === 'StatefulSet');
}

/** A pod of no workload of ours. */
function pod(ip: string, namespace: string, podLabels: Readonly<Record<string, string>> = { app: 'own' }): Peer {
  return { ip, namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, podLabels };
}

/** The pod of an environment, with the labels that its StatefulSet gives it. */
function environment(ip: string, namespace: string, name: string): Peer {
  const set = objects.find(
    ({ kind, metadata }) => kind === 'StatefulSet' && metadata.namespace === namespace && metadata.name === name,
  );
  const spec = set?.['spec'] as
    | { readonly template: { readonly metadata: { readonly labels: Record<string, string> } } }
    | undefined;
  if (spec === undefined) throw new Error(`no StatefulSet ${namespace}/${name}`);
  return pod(ip, namespace, spec.template.metadata.labels);
}

const SELVES = {
  'an environment': environment('10.244.1.1', 'tenant-ada', 'thesis'),
  'a sandbox': pod('10.244.1.2', 'sandbox-ada'),
  'the namespace of a tenant of CrownLabs': pod('10.244.1.3', 'tenant-john'),
  'its sandbox': pod('10.244.1.4', 'sandbox-john'),
} as const;

interface Other {
  readonly who: string;
  readonly peer: (self: Peer) => Peer;
  /** Ports on which it is asked for, as `TCP 443`. */
  readonly ports: readonly string[];
  /** True: nothing comes from there by itself. */
  readonly isServer?: boolean;
}

const WEB = 8080;
const OTHER_PORT = 22;
const at =
  (peer: Peer): Other['peer'] =>
  () =>
    peer;

const OTHERS: readonly Other[] = [
  {
    who: 'a sibling: another pod of the same namespace',
    peer: ({ namespace = '' }) =>
      namespace === 'tenant-ada' ? environment('10.244.2.1', 'tenant-ada', 'notes') : pod('10.244.2.1', namespace),
    ports: [`TCP ${WEB}`, `TCP ${OTHER_PORT}`],
  },
  {
    who: 'the same tenant’s other namespace',
    peer: ({ namespace = '' }) => {
      const [type = '', name = ''] = namespace.split('-');
      return pod('10.244.2.2', `${type === 'tenant' ? 'sandbox' : 'tenant'}-${name}`);
    },
    ports: [`TCP ${WEB}`, `TCP ${OTHER_PORT}`],
  },
  {
    who: 'another tenant’s environment',
    peer: at(environment('10.244.2.3', 'tenant-grace', 'thesis')),
    ports: [`TCP ${WEB}`, `TCP ${OTHER_PORT}`],
  },
  { who: 'another tenant’s sandbox', peer: at(pod('10.244.2.4', 'sandbox-grace')), ports: [`TCP ${WEB}`] },
  { who: 'a pod in a workspace’s namespace', peer: at(pod('10.244.2.5', 'workspace-tea')), ports: [`TCP ${WEB}`] },
  {
    who: 'the ingress controller, which the Tenancy names',
    peer: at(pod('10.244.2.6', ENTRY_NAMESPACE)),
    ports: ['TCP 80', 'TCP 443'],
  },
  { who: 'any other pod of the cluster', peer: at(pod('10.244.2.7', 'monitoring')), ports: ['TCP 9090', 'TCP 443'] },
  {
    who: 'the resolvers of the cluster (port 53)',
    peer: at(pod('10.244.0.10', 'kube-system')),
    ports: ['UDP 53', 'TCP 53'],
    isServer: true,
  },
  { who: 'the API server by its Service', peer: at({ ip: '10.96.0.1' }), ports: ['TCP 443'], isServer: true },
  {
    who: 'a node, the API server’s among them',
    peer: at({ ip: '192.168.7.4' }),
    ports: ['TCP 6443', 'TCP 10250', 'TCP 22'],
  },
  { who: 'the cloud’s metadata', peer: at({ ip: '169.254.169.254' }), ports: ['TCP 80'], isServer: true },
  { who: 'the internet', peer: at({ ip: '151.101.2.132' }), ports: ['TCP 443'] },
];

/** What gets through: past the policies of both ends. Throws where ports differ, which a table can't say. */
function isAllowed(from: Peer, to: Peer, ports: readonly string[]): boolean {
  const traffic = ports.map((word): Traffic => {
    const [protocol, port] = word.split(' ') as ['TCP' | 'UDP', string];
    return { from, to, port: Number(port), protocol };
  });
  const verdicts = trafficVerdicts(objects, traffic).map(({ ingress, egress }) => ingress && egress);
  const [first = false] = verdicts;
  if (verdicts.some((verdict) => verdict !== first)) throw new Error(`ports differ: ${JSON.stringify(traffic)}`);
  return first;
}

/** One table for all of whom the same is true. */
function tables(): string {
  const bySelf = new Map<string, string[]>();
  for (const [name, self] of Object.entries(SELVES)) {
    const rows = rowsOf(self);
    bySelf.set(rows, [...(bySelf.get(rows) ?? []), name]);
  }
  return [...bySelf]
    .map(([rows, names]) =>
      [`Of: ${names.join(', ')}\n`, line(['', 'is reached', 'reaches the web port', 'reaches other ports']), rows].join(
        '\n',
      ),
    )
    .join('\n\n');
}

function rowsOf(self: Peer): string {
  const yes = (is: boolean): string => (is ? '**yes**' : 'no');
  const rows = OTHERS.map(({ who, peer, ports, isServer = false }) => [
    who,
    yes(isAllowed(self, peer(self), ports)),
    ...(isServer
      ? ['', '']
      : [`TCP ${WEB}`, `TCP ${OTHER_PORT}`].map((port) => yes(isAllowed(peer(self), self, [port])))),
  ]);
  return [['---', '---', '---', '---'], ...rows].map(line).join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function section(page: string): readonly [number, number] {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page has no "${BEGIN}" with "${END}" after it`);
  return [begin + BEGIN.length, end];
}

describeWithGo('the network of tenants', () => {
  const [ada, grace] = [SELVES['an environment'], environment('10.244.2.3', 'tenant-grace', 'thesis')];

  it('lets through what the page says, and nothing else', () => {
    const written = tables();
    const page = readFileSync(PAGE, 'utf8');
    const [begin, end] = section(page);
    if (process.env['ADRA_WRITE_NETWORK'] !== undefined)
      writeFileSync(PAGE, `${page.slice(0, begin)}\n\n${written}\n\n${page.slice(end)}`);
    const [from, to] = section(readFileSync(PAGE, 'utf8'));
    expect(written).toBe(readFileSync(PAGE, 'utf8').slice(from, to).trim());
  });

  it('lets the web port of an environment be reached by its own namespace and whom the Tenancy names, and by no other namespace', () => {
    const web = [`TCP ${WEB}`];
    expect(isAllowed(pod('10.244.2.6', ENTRY_NAMESPACE), ada, web)).toBe(true);
    expect(isAllowed(pod('10.244.2.1', 'tenant-ada'), ada, web)).toBe(true);
    expect(isAllowed(pod('10.244.2.7', 'monitoring'), ada, web)).toBe(false);
    expect(isAllowed(pod('10.244.2.7', 'monitoring', ada.podLabels ?? {}), ada, web)).toBe(false);
  });

  it.each([
    ['one tenant’s environment and another’s', ada, grace],
    ['one tenant’s sandbox and another’s', SELVES['a sandbox'], pod('10.244.2.4', 'sandbox-grace')],
    ['one tenant’s sandbox and another’s environment', SELVES['a sandbox'], grace],
    ['tenants of CrownLabs and ours', SELVES['the namespace of a tenant of CrownLabs'], ada],
  ] as const)('lets nothing through between %s, by either end’s policies', (_name, one, other) => {
    const ports = [`TCP ${WEB}`, 'TCP 22', 'TCP 443', 'UDP 4242'].map((word) => {
      const [protocol, port] = word.split(' ') as ['TCP' | 'UDP', string];
      return { port: Number(port), protocol };
    });
    const both = ports.flatMap((port): Traffic[] => [
      { from: one, to: other, ...port },
      { from: other, to: one, ...port },
    ]);
    // Each end refuses by itself: a hole in one of them opens nothing.
    for (const verdict of trafficVerdicts(objects, both)) expect(verdict).toEqual({ ingress: false, egress: false });
  });
});
