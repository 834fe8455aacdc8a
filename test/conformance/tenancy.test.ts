/** What the doors make of people and groups in files: their rights too, though nobody has written a status. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '../../src/api/json';
import { type Manifest, referenceKey, referenceTo } from '../../src/api/object';
import { anyTemplate } from '../support/engine';
import { kindOf, objectsOf } from './cases';
import { Cdk8sDoor } from './cdk8s-door';
import { PulumiDoor } from './pulumi-door';

const OWN = 'examples/tenancy';
const SAMPLES = '../shared/seeds/samples/crownlabs';

/** Canonical texts in the order of names: doors may write objects in another order. */
const canonical = (objects: readonly Manifest[]): readonly string[] =>
  objects.map((object) => `${referenceKey(referenceTo(object))} ${canonicalJson(object)}`).sort();
const keysOf = (objects: readonly Manifest[]): readonly string[] =>
  objects.map((object) => referenceKey(referenceTo(object))).sort();

const cdk8s = new Cdk8sDoor(tmpdir());
let pulumi: PulumiDoor;
beforeAll(async () => {
  pulumi = await PulumiDoor.open();
});

describe('a folder of tenants and workspaces', () => {
  it('is expanded to rights in the workspaces, by role, for those that are enrolled and no others', () => {
    const bindings = cdk8s
      .write('tenancy', objectsOf(OWN), 'Expanded')
      .filter(({ kind, metadata }) => kind === 'RoleBinding' && metadata.namespace?.startsWith('workspace-') === true)
      .map(
        ({ metadata, ...binding }) => `${metadata.namespace}: ${metadata.name} ${canonicalJson(binding['roleRef'])}`,
      );
    const role = (name: string): string =>
      canonicalJson({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name });
    expect(bindings.sort()).toEqual([
      `workspace-analysis: tenant-ada-member ${role('adrasteia-workspace-member')}`,
      `workspace-analysis: tenant-emmy-manager ${role('adrasteia-workspace-manager')}`,
      `workspace-machine-learning: tenant-ada-member ${role('adrasteia-workspace-member')}`,
    ]);
  });

  it('is expanded to namespaces before what lies in them', () => {
    const objects = cdk8s.write('tenancy', objectsOf(OWN), 'Expanded');
    const places = new Map(objects.map((object, index) => [referenceKey(referenceTo(object)), index]));
    for (const { metadata } of objects.filter(({ metadata: { namespace } }) => namespace !== undefined)) {
      const at = places.get(`Namespace//${metadata.namespace ?? ''}`);
      expect({ name: metadata.name, namespaceIsWritten: at !== undefined }).toMatchObject({ namespaceIsWritten: true });
    }
    const lastNamespace = objects.findLastIndex(({ kind }) => kind === 'Namespace');
    const firstInside = objects.findIndex(({ metadata: { namespace } }) => namespace !== undefined);
    expect(lastNamespace).toBeLessThan(firstInside);
  });

  it('is expanded with the environments that members make from the templates of their workspaces, and no others', () => {
    const notebook = (namespace: string, owner: string): Manifest => ({
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'Environment',
      metadata: { name: 'thesis', namespace },
      spec: {
        templateRef: { kind: 'EnvironmentTemplate', name: 'any', namespace: 'workspace-analysis' },
        owner: { kind: 'Tenant', name: owner },
      },
    });
    // Without a password, which only a controller makes up.
    const objects = [
      ...objectsOf(OWN),
      { ...anyTemplate(), metadata: { name: 'any', namespace: 'workspace-analysis' } },
    ];
    const expanded = cdk8s.write('with', [...objects, notebook('tenant-ada', 'ada')], 'Expanded');
    expect(keysOf(expanded)).toContain('StatefulSet.apps/tenant-ada/thesis');
    // She only asks to be let in.
    expect(() => cdk8s.write('with', [...objects, notebook('tenant-grace', 'grace')], 'Expanded')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('ReferenceNotPermitted') as string }) as Error,
    );
  });

  it('gives nothing to an entry whose workspace is not among the files', () => {
    const [ada] = objectsOf(OWN).filter(({ kind }) => kind === 'Tenant');
    const expanded = cdk8s.write('alone', ada === undefined ? [] : [ada], 'Expanded');
    expect(keysOf(expanded)).toContain('Namespace//tenant-ada');
    expect(keysOf(expanded).filter((key) => key.includes('workspace'))).toEqual([]);
  });

  it('pays no heed to a status that somebody wrote into a file', () => {
    const objects = objectsOf(OWN);
    const lying = objects.map((object) =>
      object.kind === 'Workspace' ? { ...object, status: { namespace: 'kube-system' } } : object,
    );
    expect(canonical(cdk8s.write('lying', lying, 'Expanded'))).toEqual(
      canonical(cdk8s.write('tenancy', objects, 'Expanded')),
    );
  });
});

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it
const withSamples = existsSync(join(__dirname, '../..', SAMPLES)) ? describe : describe.skip;

withSamples('CrownLabs’ published samples (where a copy lies beside the checkout)', () => {
  const objects = objectsOf(SAMPLES);
  const people = objects.filter((object) => kindOf(object)?.isTenancy === true);

  it('hold a tenant and workspaces', () => {
    expect(new Set(people.map(({ kind }) => kind))).toEqual(new Set(['Tenant', 'Workspace']));
  });

  it('come out of cdk8s and Pulumi as they went in, as custom resources', async () => {
    // Two of the files bring along the same namespace.
    const expected = [...new Set(canonical(objects))];
    expect(canonical(cdk8s.write('crownlabs', objects, 'CustomResources'))).toEqual(expected);
    expect(canonical(await pulumi.write('crownlabs', objects, 'CustomResources'))).toEqual(expected);
  });

  it('are expanded by both to the same objects, under the names that CrownLabs’ clients know', async () => {
    const expanded = cdk8s.write('crownlabs', people, 'Expanded');
    expect(canonical(await pulumi.write('crownlabs', people, 'Expanded'))).toEqual(canonical(expanded));
    expect(keysOf(expanded)).toEqual(
      expect.arrayContaining([
        'Namespace//tenant-john-doe',
        'Namespace//workspace-tea',
        'Namespace//workspace-coffee',
        'RoleBinding.rbac.authorization.k8s.io/workspace-tea/crownlabs-view-templates',
        'ResourceQuota/tenant-john-doe/crownlabs-resource-quota',
      ]),
    );
  });

  it('are refused in the expanded form beside a namespace of a tenant’s that somebody else makes, as by the controller', async () => {
    const refusal = { code: 'ObjectInvalid', message: expect.stringContaining('NameConflict') as string };
    expect(() => cdk8s.write('crownlabs', objects, 'Expanded')).toThrow(expect.objectContaining(refusal) as Error);
    await expect(pulumi.write('crownlabs', objects, 'Expanded')).rejects.toMatchObject(refusal);
  });
});
