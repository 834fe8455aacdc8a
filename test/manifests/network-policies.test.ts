/**
 * What the network lets through, in words, and judged by an implementation of the rules that isn't ours. What a policy can't say
 * isn't here: a node reaches its own pods whatever their policies are, and so the kubelet's probes do.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import { HEALTH_PORT, METRICS_PORT, platformTree } from '../../constructs/platform';
import type { Manifest } from '../../src/api/object';
import { renderTree } from '../../src/synth';
import { describeWithGo } from '../support/with-go';
import { type Peer, type Traffic, trafficVerdicts, type Verdict } from './traffic-verdicts';
import { podsOf, writeManifests } from './written-manifests';

jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), 'adrasteia-network-'));
const files = writeManifests(folder);
rmSync(folder, { recursive: true });
/** An environment that asks for a sign-in that can't be rendered, and one in another namespace. */
const CLOSED = 'test/dialects/kode/cases/behind-a-proxy';
const ELSEWHERE = 'constructs/environment/cases/from-a-template';

const objectsOf = (name: string): readonly Manifest[] => {
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new Error(`nothing is written of ${name}`);
  return found.objects;
};

const ALLOWED: Verdict = { ingress: true, egress: true };
const NOT_LET_IN: Verdict = { ingress: false, egress: true };
const NOT_LET_OUT: Verdict = { ingress: true, egress: false };
const NEITHER: Verdict = { ingress: false, egress: false };

/** A pod in a namespace, with the labels that every namespace has. */
function pod(ip: string, namespace: string, podLabels: Readonly<Record<string, string>> = {}): Peer {
  return { ip, namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, podLabels };
}

/** The pod that a workload among the objects runs. */
function workloadPod(ip: string, objects: readonly Manifest[]): Peer {
  const [workload] = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  const [made] = podsOf(objects, workload?.metadata.namespace ?? '');
  if (made === undefined) throw new Error('no workload');
  return pod(ip, made.metadata.namespace ?? '', made.metadata.labels);
}

const DNS = pod('10.244.0.10', 'kube-system', { 'k8s-app': 'kube-dns' });
const NODE_CACHE: Peer = { ip: '169.254.20.10' };
const METADATA: Peer = { ip: '169.254.169.254' };
const ENTRY = pod('10.244.0.20', 'ingress-nginx', { app: 'ingress' });
const MONITORING = pod('10.244.0.30', 'monitoring', { app: 'prometheus' });
const API_BY_SERVICE: Peer = { ip: '10.96.0.1' };
const API_BY_NODE: Peer = { ip: '192.168.7.4' };
const OTHER_NODE: Peer = { ip: '192.168.7.5' };
const INTERNET: Peer = { ip: '151.101.2.132' };
const INTERNET_6: Peer = { ip: '2a04:4e42::644' };

/** A row of a table: what is let through, and the rule that says so. */
interface Row {
  readonly rule: string;
  readonly from: Peer;
  readonly to: Peer;
  readonly ports: readonly `${'TCP' | 'UDP'} ${number}`[];
  readonly verdict: Verdict;
}

/** One verdict, or each where ports differ. */
function judged(objects: readonly Manifest[], { from, to, ports }: Row): Verdict | readonly Verdict[] {
  const traffic = ports.map((word): Traffic => {
    const [protocol, port] = word.split(' ') as ['TCP' | 'UDP', string];
    return { from, to, port: Number(port), protocol };
  });
  const [first = NEITHER, ...others] = trafficVerdicts(objects, traffic);
  const isOne = others.every(({ ingress, egress }) => ingress === first.ingress && egress === first.egress);
  return isOne ? first : [first, ...others];
}

describeWithGo('the platform', () => {
  const platform = objectsOf('platform');
  const controller = workloadPod('10.244.1.1', platform);
  const environment = workloadPod('10.244.1.2', objectsOf('examples/code-server'));
  const rows: readonly Row[] = [
    {
      rule: 'the controller reaches the API server by its Service and on its node',
      from: controller,
      to: API_BY_SERVICE,
      ports: ['TCP 443'],
      verdict: ALLOWED,
    },
    {
      rule: 'the controller reaches the API server where nodes are',
      from: controller,
      to: API_BY_NODE,
      ports: ['TCP 6443'],
      verdict: ALLOWED,
    },
    {
      rule: 'the controller asks the cluster’s resolvers for names',
      from: controller,
      to: DNS,
      ports: ['UDP 53', 'TCP 53'],
      verdict: ALLOWED,
    },
    {
      rule: 'the controller asks the cache on its node for names',
      from: controller,
      to: NODE_CACHE,
      ports: ['UDP 53', 'TCP 53'],
      verdict: ALLOWED,
    },
    {
      rule: 'the controller asks nobody else for names',
      from: controller,
      to: INTERNET,
      ports: ['UDP 53', 'TCP 53'],
      verdict: NOT_LET_OUT,
    },
    {
      rule: 'the controller reaches no other port of the resolvers',
      from: controller,
      to: DNS,
      ports: ['TCP 9153'],
      verdict: NOT_LET_OUT,
    },
    {
      rule: 'the controller doesn’t reach the cloud’s metadata',
      from: controller,
      to: METADATA,
      ports: ['TCP 80'],
      verdict: NOT_LET_OUT,
    },
    {
      rule: 'the controller doesn’t reach what runs in environments',
      from: controller,
      to: environment,
      ports: ['TCP 8080'],
      verdict: NOT_LET_OUT,
    },
    {
      rule: 'metrics are scraped from anywhere in the cluster',
      from: MONITORING,
      to: controller,
      ports: [`TCP ${METRICS_PORT}`],
      verdict: ALLOWED,
    },
    {
      rule: 'no pod asks for the controller’s health',
      from: MONITORING,
      to: controller,
      ports: [`TCP ${HEALTH_PORT}`],
      verdict: NOT_LET_IN,
    },
    {
      rule: 'nobody outside the cluster reaches the controller',
      from: INTERNET,
      to: controller,
      ports: [`TCP ${METRICS_PORT}`, `TCP ${HEALTH_PORT}`],
      verdict: NOT_LET_IN,
    },
    {
      rule: 'no other node asks for the controller’s health',
      from: OTHER_NODE,
      to: controller,
      ports: [`TCP ${HEALTH_PORT}`],
      verdict: NOT_LET_IN,
    },
    {
      rule: 'an environment doesn’t reach the controller',
      from: environment,
      to: controller,
      ports: [`TCP ${METRICS_PORT}`],
      verdict: NOT_LET_OUT,
    },
  ];

  it.each(rows)('$rule', (row) => {
    expect(judged([...platform, ...objectsOf('examples/code-server')], row)).toEqual(row.verdict);
  });

  it('reaches one API server alone where an administrator names it', () => {
    const network = { apiServer: [{ ipBlock: { cidr: '192.168.7.4/32' } }], apiServerPorts: [6443] };
    const named = renderTree(platformTree({ kinds, version: '1.2.3', network })).map(({ manifest }) => manifest);
    const to = (peer: Peer): Row => ({ rule: '', from: controller, to: peer, ports: ['TCP 6443'], verdict: ALLOWED });
    expect([API_BY_NODE, OTHER_NODE, INTERNET].map((peer) => judged(named, to(peer)))).toEqual([
      ALLOWED,
      NOT_LET_OUT,
      NOT_LET_OUT,
    ]);
  });
});

describeWithGo('an environment', () => {
  const objects = ['examples/code-server', 'examples/jupyterlab', 'examples/any-image', CLOSED, ELSEWHERE].flatMap(
    (name) => objectsOf(name),
  );
  const environment = workloadPod('10.244.1.2', objectsOf('examples/code-server'));
  const sibling = workloadPod('10.244.1.3', objectsOf('examples/jupyterlab'));
  const withoutWeb = workloadPod('10.244.1.4', objectsOf('examples/any-image'));
  const closed = workloadPod('10.244.1.5', objectsOf(CLOSED));
  const ofAnotherTenant = workloadPod('10.244.1.6', objectsOf(ELSEWHERE));
  const neighbour = pod('10.244.1.7', environment.namespace ?? '', { app: 'database' });
  const stranger = pod('10.244.1.8', 'tenant-b', { app: 'anything' });
  const WEB = 'TCP 8080';
  const rows: readonly Row[] = [
    {
      rule: 'is reached on its web port from the entry, wherever in the cluster that runs',
      from: ENTRY,
      to: environment,
      ports: [WEB],
      verdict: ALLOWED,
    },
    {
      rule: 'is reached on no other port',
      from: ENTRY,
      to: environment,
      ports: ['TCP 22', 'TCP 8888', 'UDP 8080'],
      verdict: NOT_LET_IN,
    },
    {
      rule: 'is not reached from outside the cluster, round the entry',
      from: INTERNET,
      to: environment,
      ports: [WEB],
      verdict: NOT_LET_IN,
    },
    {
      rule: 'is not reached from its sibling: that one is not let out to pods',
      from: sibling,
      to: environment,
      ports: [WEB],
      verdict: NOT_LET_OUT,
    },
    {
      rule: 'is not reached from its sibling on other ports: neither lets that through',
      from: sibling,
      to: environment,
      ports: ['TCP 22'],
      verdict: NEITHER,
    },
    {
      rule: 'is not reached from an environment of another tenant',
      from: ofAnotherTenant,
      to: environment,
      ports: [WEB],
      verdict: NOT_LET_OUT,
    },
    {
      rule: 'is reached on its web port by a pod of another namespace that nothing restricts: where the entry runs isn’t known',
      from: stranger,
      to: environment,
      ports: [WEB],
      verdict: ALLOWED,
    },
    {
      rule: 'is not reached by such a pod on other ports',
      from: stranger,
      to: environment,
      ports: ['TCP 22'],
      verdict: NOT_LET_IN,
    },
    {
      rule: 'is not reached at all without a web port',
      from: ENTRY,
      to: withoutWeb,
      ports: [WEB],
      verdict: NOT_LET_IN,
    },
    {
      rule: 'is not reached at all while it is closed',
      from: ENTRY,
      to: closed,
      ports: [WEB, 'TCP 3000', 'TCP 8000', 'TCP 80'],
      verdict: NOT_LET_IN,
    },
    {
      rule: 'asks the cluster’s resolvers for names',
      from: environment,
      to: DNS,
      ports: ['UDP 53', 'TCP 53'],
      verdict: ALLOWED,
    },
    {
      rule: 'asks the cache on its node for names',
      from: environment,
      to: NODE_CACHE,
      ports: ['UDP 53', 'TCP 53'],
      verdict: ALLOWED,
    },
    {
      rule: 'reaches the internet',
      from: environment,
      to: INTERNET,
      ports: ['TCP 443', 'TCP 80', 'TCP 22'],
      verdict: ALLOWED,
    },
    {
      rule: 'reaches the internet over IPv6',
      from: environment,
      to: INTERNET_6,
      ports: ['TCP 443'],
      verdict: ALLOWED,
    },
    {
      rule: 'doesn’t reach the API server by its Service',
      from: environment,
      to: API_BY_SERVICE,
      ports: ['TCP 443'],
      verdict: NOT_LET_OUT,
    },
    {
      rule: 'doesn’t reach the API server, or anything else, where nodes are',
      from: environment,
      to: API_BY_NODE,
      ports: ['TCP 6443', 'TCP 10250', 'TCP 22'],
      verdict: NOT_LET_OUT,
    },
    {
      rule: 'doesn’t reach pods beside it that are no environments',
      from: environment,
      to: neighbour,
      ports: ['TCP 5432'],
      verdict: NOT_LET_OUT,
    },
    ...[
      { cloud: 'most clouds', ip: '169.254.169.254' },
      { cloud: 'Alibaba', ip: '100.100.100.200' },
      { cloud: 'Azure, beside the usual one', ip: '168.63.129.16' },
      { cloud: 'AWS, over IPv6', ip: 'fd00:ec2::254' },
      { cloud: 'Google, over IPv6', ip: 'fd20:ce::254' },
      { cloud: 'most clouds, through NAT64', ip: '64:ff9b::a9fe:a9fe' },
    ].map(
      ({ cloud, ip }): Row => ({
        rule: `doesn’t reach the metadata service of ${cloud} (${ip})`,
        from: environment,
        to: { ip },
        ports: ['TCP 80', 'TCP 443'],
        verdict: NOT_LET_OUT,
      }),
    ),
    ...[
      { because: 'nobody’s on the internet, and some clusters’ pods have it', ip: '240.10.0.7' },
      { because: 'set aside for measurements, and some clusters’ pods have it', ip: '198.18.0.7' },
      { because: 'a private network through NAT64', ip: '64:ff9b::a60:1' },
      { because: 'a private network through a site’s own NAT64', ip: '64:ff9b:1::a60:1' },
    ].map(
      ({ because, ip }): Row => ({
        rule: `doesn’t reach ${ip}, which is ${because}`,
        from: environment,
        to: { ip },
        ports: ['TCP 443'],
        verdict: NOT_LET_OUT,
      }),
    ),
    {
      rule: 'reaches the internet through NAT64',
      from: environment,
      to: { ip: '64:ff9b::9765:284' },
      ports: ['TCP 443'],
      verdict: ALLOWED,
    },
  ];

  it.each(rows)('$rule', (row) => {
    expect(judged(objects, row)).toEqual(row.verdict);
  });

  it('is selected by its policy and by that alone, whatever else is in the namespace', () => {
    const row: Row = { rule: '', from: neighbour, to: INTERNET, ports: ['TCP 443'], verdict: ALLOWED };
    expect(judged(objects, { ...row, to: API_BY_NODE })).toEqual(ALLOWED);
    expect(judged([], { ...row, from: environment, to: API_BY_NODE })).toEqual(ALLOWED);
  });
});
