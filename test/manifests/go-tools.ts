/**
 * Judges of manifests that aren't ours, built from their Go modules once per version, beside the test cluster's programs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { binaryDirectory, kubernetesVersion, sourceDirectory } from '../cluster/directories';

/** What each tool is made of: a package at a version, or a folder below `test/manifests` with a module of its own. */
const TOOLS = {
  kubeconform: { package: 'github.com/yannh/kubeconform/cmd/kubeconform', version: 'v0.8.0' },
  'kube-score': { package: 'github.com/zegl/kube-score/cmd/kube-score', version: 'v1.20.0' },
  'network-policy-matcher': { folder: 'network-policy-matcher', requires: 'github.com/mattfenwick/cyclonus' },
} as const;
export type Tool = keyof typeof TOOLS;

/** The path of a tool, built where it isn't yet. Throws where the build fails. */
export function toolPath(name: Tool): string {
  const directory = join(dirname(binaryDirectory(kubernetesVersion())), 'tools');
  const target = join(directory, `${name}@${versionOf(name)}`);
  if (existsSync(target)) return target;
  mkdirSync(directory, { recursive: true });
  process.stderr.write(`building ${name} ${versionOf(name)} (a minute or more, once per version)\n`);
  // Under another name until it is whole: an interrupted or doubled build leaves nothing half.
  const unfinished = mkdtempSync(join(directory, '.unfinished-'));
  try {
    build(name, unfinished);
    renameSync(join(unfinished, name), target);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return target;
}

function build(name: Tool, directory: string): void {
  const tool = TOOLS[name];
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: directory };
  if ('package' in tool) {
    execFileSync('go', ['install', '-trimpath', `${tool.package}@${tool.version}`], { env, stdio: ['ignore', 2, 2] });
    return;
  }
  const args = ['build', '-trimpath', '-buildvcs=false', '-o', join(directory, name), '.'];
  execFileSync('go', args, { env, cwd: folderOf(tool.folder), stdio: ['ignore', 2, 2] });
}

function versionOf(name: Tool): string {
  const tool = TOOLS[name];
  if ('version' in tool) return tool.version;
  const module = readFileSync(join(folderOf(tool.folder), 'go.mod'), 'utf8');
  const line = module.split('\n').find((candidate) => candidate.includes(`${tool.requires} v`));
  const version = line?.trim().split(' ').at(-1);
  if (version === undefined) throw new Error(`${tool.folder}/go.mod requires no version of ${tool.requires}`);
  return version;
}

/** Found from the compiled files as well as from the sources. */
function folderOf(name: string): string {
  return join(dirname(sourceDirectory()), 'manifests', name);
}
