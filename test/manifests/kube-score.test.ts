/**
 * kube-score finds nothing to complain of in the platform and in what the examples become, except for what is waived with a
 * reason.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../src/api/object';
import { kubernetesVersion } from '../cluster/directories';
import { kindOf, objectsOf } from '../conformance/cases';
import { describeWithGo } from '../support/with-go';
import { toolPath } from './go-tools';
import { SCORE_WAIVERS } from './waivers';
import { type ManifestFile, writeManifests } from './written-manifests';

jest.setTimeout(600_000);

/** What it prints, version 2 of its JSON. */
type Scores = readonly {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly skipped: boolean;
    readonly grade: number;
    readonly comments: readonly { readonly summary: string }[] | null;
  }[];
}[];

/** The grade of a check without findings. */
const ALL_OK = 10;

/** One finding of one file, in words that a waiver can be compared with. */
type Finding = `${string}: ${string} (${string})`;

describeWithGo('kube-score', () => {
  const folder = mkdtempSync(join(tmpdir(), 'adrasteia-kube-score-'));
  const scored = writeManifests(folder).filter(({ origin }) => origin === 'platform' || origin === 'example');
  let program: string;

  beforeAll(() => {
    program = toolPath('kube-score');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Each file alone: environments know nothing of each other. */
  function findings({ name, path }: ManifestFile): readonly Finding[] {
    const [version] = /^v\d+\.\d+/.exec(kubernetesVersion()) ?? [];
    const args = ['score', '--output-format=json', `--kubernetes-version=${version ?? ''}`, path];
    const { stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (error !== undefined) throw error;
    if (stderr !== '') throw new Error(stderr);
    const found = (JSON.parse(stdout) as Scores)
      .flatMap(({ checks }) => checks)
      .filter(({ skipped, grade }) => !skipped && grade < ALL_OK)
      .flatMap(({ check, comments }) =>
        (comments ?? []).map(({ summary }): Finding => `${name}: ${summary} (${check.id})`),
      );
    return [...new Set(found)].sort();
  }

  it.each(scored)('finds in $name what is waived, each with a reason, and nothing else', (file) => {
    const waived = SCORE_WAIVERS.filter(({ of }) => of.includes(file.name)).map(
      ({ check, finding }): Finding => `${file.name}: ${finding} (${check})`,
    );
    expect(findings(file)).toEqual(waived.sort());
  });

  it('is asked about every file that a waiver names', () => {
    const names = scored.map(({ name }) => name);
    expect(SCORE_WAIVERS.flatMap(({ of }) => of).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('looks at the workloads of the platform and of every example that has environments', () => {
    const isEnvironment = (object: Manifest): boolean => {
      const kind = kindOf(object);
      return kind?.planner !== undefined && kind.isTenancy !== true;
    };
    const running = scored.filter(({ name, origin }) => origin === 'platform' || objectsOf(name).some(isEnvironment));
    expect(running.length).toBeGreaterThan(2);
    for (const { name, objects } of running)
      expect({ name, kinds: objects.map(({ kind }) => kind) }).toMatchObject({
        kinds: expect.arrayContaining([expect.stringMatching(/^(Deployment|StatefulSet)$/)]) as string[],
      });
  });
});
