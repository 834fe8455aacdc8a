/**
 * OPA, as its project releases it, and a server that decides by OPA's engine and is asked as Envoy asks: built from Go once per
 * version, into the user's cache.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const OPA = 'github.com/open-policy-agent/opa';
/** That of the example’s image. */
export const OPA_VERSION = 'v1.22.0';

/** A Go main beside this file, with a module of its own. */
const DECIDER = join(__dirname, 'grpc-decider');

/** Path of OPA's binary, built where it isn't yet. Throws where the build fails. */
export function opaBinary(): string {
  return builtOnce(`opa-${OPA_VERSION}`, 'opa', (folder) => {
    goTool(['install', '-trimpath', '-ldflags=-s -w', `${OPA}@${OPA_VERSION}`], { GOBIN: folder });
  });
}

/** Path of the server's binary, built where it isn't yet. Throws where the build fails. */
export function grpcDeciderBinary(): string {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(DECIDER, name)));
  return builtOnce(`grpc-decider-${hash.digest('hex').slice(0, 12)}`, 'grpc-decider', (folder) => {
    const output = join(folder, 'grpc-decider');
    goTool(['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', output, '.'], {}, DECIDER);
  });
}

/** A program in the cache; `build` puts it into a folder where it isn't there yet. */
function builtOnce(key: string, program: string, build: (folder: string) => void): string {
  const chosen = process.env['XDG_CACHE_HOME'];
  const cache = chosen === undefined || chosen === '' ? join(homedir(), '.cache') : chosen;
  const folder = join(cache, 'adrasteia/opa');
  const target = join(folder, key);
  if (existsSync(target)) return target;
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`building ${key} (minutes, once per version)\n`);
  // Under another name until it is whole: an interrupted or doubled build leaves nothing half.
  const unfinished = mkdtempSync(join(folder, '.unfinished-'));
  try {
    build(unfinished);
    renameSync(join(unfinished, program), target);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return target;
}

function goTool(args: readonly string[], variables: Readonly<Record<string, string>>, cwd?: string): void {
  execFileSync('go', args, {
    env: { ...process.env, CGO_ENABLED: '0', ...variables },
    stdio: ['ignore', 2, 2],
    ...(cwd === undefined ? {} : { cwd }),
  });
}
