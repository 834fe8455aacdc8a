/**
 * Generates `imports/` with cdk8s' own command, from CRDs on this disk. As a program: the folder to write to is its argument.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { kinds } from '../../../constructs/kinds';
import type { Manifest } from '../../../src/api/object';

/** Writes `<group>.ts` for every API group of these CRDs into a folder. */
export function generateImports(crds: readonly Manifest[], outdir: string): void {
  const work = mkdtempSync(join(tmpdir(), 'imports-'));
  try {
    const source = join(work, 'crds.yaml');
    writeFileSync(source, crds.map((crd) => stringify(crd)).join('---\n'));
    const command = join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin/cdk8s');
    const options = ['--language=typescript', '--save=false', '--check-upgrade=false', `--output=${resolve(outdir)}`];
    // Away from cdk8s.yaml, which would have its say.
    execFileSync(process.execPath, [command, 'import', source, ...options], { cwd: work, stdio: 'pipe' });
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The CRDs that `imports/` is generated from: those of our own API group. */
export function ownCrds(): readonly Manifest[] {
  return kinds.filter(({ type }) => type.group === 'adrasteia.dev').map((kind) => kind.crd());
}

if (require.main === module) generateImports(ownCrds(), process.argv[2] ?? 'imports');
