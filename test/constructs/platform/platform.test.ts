import { Construct } from 'constructs';
import {
  CONTROLLER_LEASE,
  gateNamespaceRules,
  gateRules,
  HEALTH_PORT,
  METRICS_PORT,
  Platform,
  type PlatformProps,
  platformTree,
} from '../../../constructs/platform';
import { canonicalJson } from '../../../src/api/json';
import { type Manifest, valueAt } from '../../../src/api/object';
import { LEASE_NAME } from '../../../src/controller/controller';
import type { Kind } from '../../../src/plan/kind';
import { renderTree } from '../../../src/synth/render-tree';

const KIND: Kind = {
  type: { group: 'adrasteia.dev', version: 'v1alpha1', kind: 'Widget', plural: 'widgets', namespaced: true },
  statusSubresource: true,
  crd: () => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.adrasteia.dev' },
    spec: {
      versions: [{ schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
    },
  }),
  validate: () => [],
};
const PROPS: PlatformProps = { kinds: [KIND], version: '1.2.3' };

describe('the platform', () => {
  it('makes its objects in the order in which they are needed', () => {
    expect(render().map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace adrasteia-system',
      'CustomResourceDefinition widgets.adrasteia.dev',
      'ServiceAccount adrasteia-controller',
      'ClusterRole adrasteia-controller',
      'ClusterRole adrasteia-edit',
      'ClusterRole adrasteia-view',
      'ClusterRoleBinding adrasteia-controller',
      'Role adrasteia-controller',
      'RoleBinding adrasteia-controller',
      'NetworkPolicy adrasteia-controller',
      'Service adrasteia-controller',
      'Deployment adrasteia-controller',
      'PodDisruptionBudget adrasteia-controller',
    ]);
  });

  it('serves tenants and workspaces, and has the rights for it, only where that is asked for', () => {
    const binding: Kind = {
      ...KIND,
      type: { ...KIND.type, kind: 'Person', plural: 'persons' },
      isTenancy: true,
      crd: () => ({ ...KIND.crd(), metadata: { name: 'persons.adrasteia.dev' } }),
    };
    const named = (tenancy: boolean): readonly string[] =>
      render({ ...PROPS, kinds: [KIND, binding], tenancy }).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(named(false)).toEqual(render().map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    expect(named(true)).toEqual(
      expect.arrayContaining([
        'CustomResourceDefinition persons.adrasteia.dev',
        'ValidatingAdmissionPolicy adrasteia-tenants',
        'ValidatingAdmissionPolicyBinding adrasteia-tenants',
        'ValidatingAdmissionPolicy adrasteia-crownlabs-tenants',
        'ValidatingAdmissionPolicyBinding adrasteia-crownlabs-tenants',
        'ValidatingAdmissionPolicy adrasteia-environment-owners',
        ...['services', 'ingresses', 'pods'].flatMap((plural) => [
          `ValidatingAdmissionPolicy adrasteia-sandbox-${plural}`,
          // One for each API that has sandboxes.
          `ValidatingAdmissionPolicyBinding adrasteia-sandbox-${plural}`,
          `ValidatingAdmissionPolicyBinding adrasteia-sandbox-${plural}-2`,
        ]),
      ]),
    );
  });

  it('has a gate only where one is asked for, in a namespace of its own that holds its pods to Restricted', () => {
    const objects = render({ ...PROPS, gate: { ingress: { host: 'gate.dev.example.org' } } });
    const own = objects.filter(({ metadata }) => metadata.name === 'adrasteia-gate');
    expect(own.map(({ kind }) => kind).sort()).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'Deployment',
      'Ingress',
      'Namespace',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Role',
      'RoleBinding',
      'Service',
      'ServiceAccount',
    ]);
    const namespace = own.find(({ kind }) => kind === 'Namespace');
    expect(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });

  it('lets pods of environments alone ask the gate what sidecars ask', () => {
    const objects = render({ ...PROPS, gate: {} });
    const policy = objects.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'adrasteia-gate');
    expect(valueAt(policy, ['spec', 'ingress', 1])).toEqual({
      from: [
        {
          namespaceSelector: {},
          podSelector: { matchExpressions: [{ key: 'adrasteia.dev/workload', operator: 'Exists' }] },
        },
      ],
      ports: [
        { port: 9001, protocol: 'TCP' },
        { port: 9002, protocol: 'TCP' },
      ],
    });
  });

  it('gives the gate no right on Secrets beyond its own namespace', () => {
    expect(gateRules().flatMap(({ resources }) => resources)).not.toContain('secrets');
    expect(gateNamespaceRules().flatMap(({ verbs }) => verbs)).not.toContain('delete');
  });

  it('gives the same bytes again, wherever in the tree it stands', () => {
    const moved = renderTree({
      inputs: {},
      build: (scope) => {
        new Platform(new Construct(new Construct(scope, 'else'), 'where'), 'id', PROPS);
      },
    });
    expect(JSON.stringify(moved)).toBe(JSON.stringify(renderTree(platformTree(PROPS))));
  });

  it('starts the controller after its rights and its kinds', () => {
    const [deployment] = renderTree(platformTree(PROPS)).filter(({ manifest }) => manifest.kind === 'Deployment');
    expect(deployment?.dependsOn).toEqual([
      'ClusterRoleBinding.rbac.authorization.k8s.io//adrasteia-controller',
      'CustomResourceDefinition.apiextensions.k8s.io//widgets.adrasteia.dev',
      'RoleBinding.rbac.authorization.k8s.io/adrasteia-system/adrasteia-controller',
    ]);
  });

  it('holds its namespace to Pod Security restricted', () => {
    expect(find('Namespace').metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  });

  it('puts every namespaced object into the namespace asked for', () => {
    const namespaced = render({ ...PROPS, namespace: 'elsewhere' }).filter(
      ({ metadata }) => metadata.namespace !== undefined,
    );
    expect(namespaced.length).toBeGreaterThan(0);
    for (const { metadata } of namespaced) expect(metadata.namespace).toBe('elsewhere');
    const [subject] = find('ClusterRoleBinding', { ...PROPS, namespace: 'elsewhere' })['subjects'] as {
      namespace: string;
    }[];
    expect(subject?.namespace).toBe('elsewhere');
  });

  it('installs CRDs as the kinds give them', () => {
    expect(find('CustomResourceDefinition')['spec']).toEqual(KIND.crd()['spec']);
  });

  it('lets Kubernetes add the user roles to its own', () => {
    const labels = (name: string) =>
      render().find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === name)?.metadata.labels;
    expect(labels('adrasteia-edit')).toMatchObject({ 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' });
    expect(labels('adrasteia-edit')).not.toHaveProperty(['rbac.authorization.k8s.io/aggregate-to-view']);
    expect(labels('adrasteia-view')).toMatchObject({ 'rbac.authorization.k8s.io/aggregate-to-view': 'true' });
  });

  it('has no rule with a wildcard, and none that binds or escalates', () => {
    const rules = render().flatMap(
      (object) => (object['rules'] ?? []) as { verbs: string[]; resources: string[]; apiGroups: string[] }[],
    );
    expect(rules.length).toBeGreaterThan(0);
    const words = new Set(rules.flatMap(({ verbs, resources, apiGroups }) => [...verbs, ...resources, ...apiGroups]));
    for (const forbidden of ['*', 'bind', 'escalate', 'impersonate']) expect(words).not.toContain(forbidden);
  });

  it('binds the lease role to the one Lease that the controller holds', () => {
    expect(CONTROLLER_LEASE).toBe(LEASE_NAME);
    expect(canonicalJson(find('Role'))).toContain(`"resourceNames":["${CONTROLLER_LEASE}"]`);
  });
});

describe('the controller', () => {
  const container = ['spec', 'template', 'spec', 'containers', 0];

  it('runs the image of its version unless another is asked for', () => {
    expect(valueAt(find('Deployment'), [...container, 'image'])).toBe('adrasteia/controller:1.2.3');
    const mirrored = find('Deployment', { ...PROPS, image: 'mirror.example.org/adrasteia:1' });
    expect(valueAt(mirrored, [...container, 'image'])).toBe('mirror.example.org/adrasteia:1');
  });

  it('runs one active replica and one warm standby', () => {
    expect(valueAt(find('Deployment'), ['spec', 'replicas'])).toBe(2);
  });

  it('meets Pod Security restricted with a root file system that is read only', () => {
    expect(valueAt(find('Deployment'), [...container, 'securityContext'])).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(valueAt(find('Deployment'), ['spec', 'template', 'spec', 'securityContext', 'runAsNonRoot'])).toBe(true);
  });

  it('has a bound on the memory and the disk of its node, and none on its CPU', () => {
    expect(valueAt(find('Deployment'), [...container, 'resources'])).toEqual({
      requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
      limits: { memory: '512Mi', 'ephemeral-storage': '1Gi' },
    });
  });

  it('is probed on its health port and scraped on its metrics port', () => {
    expect(valueAt(find('Deployment'), [...container, 'ports'])).toEqual([
      { containerPort: METRICS_PORT, name: 'metrics', protocol: 'TCP' },
      { containerPort: HEALTH_PORT, name: 'health', protocol: 'TCP' },
    ]);
    expect(valueAt(find('Deployment'), [...container, 'readinessProbe', 'httpGet'])).toEqual({
      path: '/readyz',
      port: 'health',
    });
    expect(valueAt(find('Deployment'), [...container, 'livenessProbe', 'httpGet'])).toEqual({
      path: '/healthz',
      port: 'health',
    });
    expect(valueAt(find('Service'), ['spec', 'ports', 0, 'targetPort'])).toBe('metrics');
  });

  it('is selected by labels that a new version does not change', () => {
    const selectorsOf = (version: string) =>
      render({ ...PROPS, version }).map((object) => [
        valueAt(object, ['spec', 'selector']),
        valueAt(object, ['spec', 'podSelector']),
      ]);
    expect(selectorsOf('2.0.0')).toEqual(selectorsOf('1.2.3'));
    const labels = valueAt(find('Deployment'), ['spec', 'template', 'metadata', 'labels']);
    expect(labels).toMatchObject(valueAt(find('Deployment'), ['spec', 'selector', 'matchLabels']) as object);
  });

  it('reaches names and the API server, and nothing else', () => {
    const egress = valueAt(find('NetworkPolicy'), ['spec', 'egress']);
    expect(egress).toMatchObject([{ ports: [{ port: 53 }, { port: 53 }] }, { ports: [{ port: 443 }, { port: 6443 }] }]);
    const policyTypes = valueAt(find('NetworkPolicy'), ['spec', 'policyTypes']);
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
  });

  it('reaches only the API server that an administrator names', () => {
    const policy = find('NetworkPolicy', {
      ...PROPS,
      network: { apiServer: [{ ipBlock: { cidr: '192.0.2.7/32' } }], apiServerPorts: [6443] },
    });
    expect(valueAt(policy, ['spec', 'egress', 1])).toEqual({
      ports: [{ port: 6443, protocol: 'TCP' }],
      to: [{ ipBlock: { cidr: '192.0.2.7/32' } }],
    });
  });

  it('is drained one replica at a time', () => {
    expect(valueAt(find('PodDisruptionBudget'), ['spec', 'maxUnavailable'])).toBe(1);
  });
});

function render(props: PlatformProps = PROPS): readonly Manifest[] {
  return renderTree(platformTree(props)).map(({ manifest }) => manifest);
}

function find(kind: string, props: PlatformProps = PROPS): Manifest {
  const found = render(props).find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} is rendered`);
  return found;
}
