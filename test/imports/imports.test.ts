import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Testing } from 'cdk8s';
import { kinds } from '../../constructs/kinds';
import {
  Environment,
  EnvironmentSpecDesiredState,
  EnvironmentSpecOwnerKind,
  EnvironmentSpecTemplateRefKind,
} from '../../imports/adrasteia.dev';
import type { Manifest } from '../../src/api/object';
import { generateImports, ownCrds } from '../support/imports/generate';

const IMPORTS = join(__dirname, '../../imports');

describe('imports', () => {
  let fresh: string;
  beforeAll(() => {
    fresh = mkdtempSync(join(tmpdir(), 'imports-test-'));
    generateImports(ownCrds(), fresh);
  });
  afterAll(() => {
    rmSync(fresh, { recursive: true });
  });

  it('hold what cdk8s generates from the CRDs, and nothing else', () => {
    const textsIn = (folder: string): Map<string, string> =>
      new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    const [kept, generated] = [textsIn(IMPORTS), textsIn(fresh)];
    const stale = [...new Set([...kept.keys(), ...generated.keys()])].filter(
      (name) => kept.get(name) !== generated.get(name),
    );
    // Where one is: npm run build && node lib/test/support/imports/generate.js imports
    expect(stale).toEqual([]);
  });

  it('let a cdk8s app of somebody else write an environment that is valid', () => {
    const chart = Testing.chart();
    new Environment(chart, 'mine', {
      metadata: { name: 'mine', namespace: 'team-a' },
      spec: {
        templateRef: { kind: EnvironmentSpecTemplateRefKind.CLUSTER_ENVIRONMENT_TEMPLATE, name: 'jupyterlab' },
        owner: { kind: EnvironmentSpecOwnerKind.USER, name: 'ada' },
        desiredState: EnvironmentSpecDesiredState.STOPPED,
      },
    });
    const [written] = Testing.synth(chart) as Manifest[];
    expect(written).toMatchObject({
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'Environment',
      spec: { desiredState: 'Stopped' },
    });
    const environment = kinds.find(({ type }) => type.kind === 'Environment');
    expect(written === undefined ? undefined : environment?.validate(written)).toEqual([]);
  });

  it('have a class for every kind of ours', () => {
    const text = readFileSync(join(IMPORTS, 'adrasteia.dev.ts'), 'utf8');
    for (const crd of ownCrds()) {
      const { names } = crd['spec'] as { names: { kind: string } };
      expect(text).toContain(`export class ${names.kind} extends ApiObject`);
    }
  });
});
