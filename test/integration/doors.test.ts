/**
 * An API server takes what the doors write. For Pulumi that is what the program registers with a recording engine, since
 * no real engine is run.
 */
import { join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import { platformTree } from '../../constructs/platform';
import { packageVersion } from '../../src/adapters/files/package-version';
import { describeObject, type Manifest } from '../../src/api/object';
import { renderTree } from '../../src/synth';
import { type KubectlResult, kubectl } from '../support/cluster';
import { type BuiltTree, buildTree, manifestsOf, type ProgramRun, runProgram } from '../support/pulumi-monitor';
import { describeWithKubectl } from '../support/with-kubectl';

const ROOT = join(__dirname, '../..');
const NAMESPACE = 'doors-suite';

describeWithKubectl('an API server', () => {
  let tree: BuiltTree;
  let run: ProgramRun;
  const registered = (kind: string): readonly Manifest[] =>
    manifestsOf(run.registrations).filter((object) => object.kind === kind);

  beforeAll(async () => {
    tree = buildTree();
    run = await runProgram({
      projectRoot: ROOT,
      stack: 'doors',
      main: tree.pulumiMain,
      config: { 'adrasteia:source': 'examples/any-image', 'adrasteia:namespace': NAMESPACE },
    });
    expect({ exitCode: run.exitCode, output: run.output }).toEqual({ exitCode: 0, output: '' });
  }, 120_000);

  afterAll(() => {
    kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=false']);
    // CRDs stay: other suites use them too.
    for (const kind of ['clusterrole', 'clusterrolebinding']) {
      kubectl(['delete', kind, '--selector', 'app.kubernetes.io/part-of=adrasteia', '--ignore-not-found']);
    }
    tree.remove();
  });

  it('takes the platform as the Pulumi program registers it, in the order of its dependencies', () => {
    for (const manifest of manifestsOf(run.registrations).filter(
      ({ apiVersion }) => !apiVersion.startsWith('adrasteia.dev/'),
    )) {
      const { stderr } = apply([manifest]);
      expect({ object: describeObject(manifest), warnings: stderr }).toEqual({
        object: describeObject(manifest),
        warnings: '',
      });
    }
    kubectl([
      'wait',
      '--for=condition=Established',
      'crd',
      '--selector',
      'app.kubernetes.io/part-of=adrasteia',
      '--timeout=60s',
    ]);
  });

  it('takes the custom resources of the example after the CRDs', () => {
    const objects = [...registered('EnvironmentTemplate'), ...registered('Environment')];
    expect(objects).toHaveLength(2);
    for (const object of objects)
      apply([{ ...object, metadata: { ...object.metadata, namespace: NAMESPACE } }], '--dry-run=server');
  });

  it('finds nothing to change in the platform as the cdk8s door writes it', () => {
    const objects = renderTree(platformTree({ kinds, version: packageVersion(), namespace: NAMESPACE })).map(
      ({ manifest }) => manifest,
    );
    // Ends with 1 where there is a difference.
    expect(withServerSide(['diff'], objects).stdout).toBe('');
  });

  it('admits the controller’s pod at Pod Security restricted', () => {
    const [deployment] = registered('Deployment');
    const { template } = deployment?.['spec'] as { template: { metadata: object; spec: object } };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name: 'controller', namespace: NAMESPACE },
      spec: template.spec,
    };
    expect(apply([pod], '--dry-run=server').stderr).toBe('');
  });

  it.each([
    { verb: 'patch', resource: 'environments.adrasteia.dev/status', allowed: true },
    { verb: 'patch', resource: 'statefulsets.apps', allowed: true },
    { verb: 'delete', resource: 'persistentvolumeclaims', allowed: true },
    { verb: 'watch', resource: 'clusterenvironmenttemplates.adrasteia.dev', allowed: true },
    { verb: 'get', resource: 'clusterenvironmenttemplates.adrasteia.dev', allowed: false },
    { verb: 'get', resource: 'secrets', allowed: true },
    { verb: 'create', resource: 'deployments.apps', allowed: false },
    { verb: 'create', resource: 'clusterroles.rbac.authorization.k8s.io', allowed: false },
    { verb: 'create', resource: 'environments.adrasteia.dev', allowed: false },
    { verb: 'delete', resource: 'environments.adrasteia.dev', allowed: false },
    { verb: 'patch', resource: 'clusterenvironmenttemplates.adrasteia.dev', allowed: false },
    { verb: 'create', resource: 'pods', allowed: false },
    { verb: 'create', resource: 'clusterrolebindings.rbac.authorization.k8s.io', allowed: false },
    { verb: 'update', resource: 'leases.coordination.k8s.io/adrasteia-controller', allowed: false },
  ])(
    'says $allowed when the controller’s account asks to $verb $resource in any namespace',
    ({ verb, resource, allowed }) => {
      const account = `system:serviceaccount:${NAMESPACE}:adrasteia-controller`;
      const [name = '', subresource] = resource.split('/');
      const asked = subresource === 'status' ? [name, '--subresource=status'] : [resource];
      const { stdout } = kubectl(['auth', 'can-i', verb, ...asked, '--as', account, '--all-namespaces'], {
        expectFailure: !allowed,
      });
      expect(stdout.trim()).toBe(allowed ? 'yes' : 'no');
    },
  );
});

function apply(manifests: readonly Manifest[], ...options: readonly string[]): KubectlResult {
  return withServerSide(['apply', '--validate=strict', ...options], manifests);
}

function withServerSide(command: readonly string[], manifests: readonly Manifest[]): KubectlResult {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
  return kubectl([...command, '--server-side', '--force-conflicts', '--field-manager=doors', '-f', '-'], { input });
}
