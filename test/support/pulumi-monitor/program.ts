/**
 * Runs a Pulumi program as a language host does: the SDK's own `cmd/run`, in a process of its own, talking gRPC to a
 * monitor and an engine. Only that these two record instead of deploying is ours.
 */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/api/json';
import { type LogLine, startRecordingMonitor } from './recording-monitor';
import type { Registration } from './registration';

export interface ProgramOptions {
  /** Folder that holds `Pulumi.yaml`. */
  readonly projectRoot: string;
  readonly stack: string;
  /** Configuration by full key: `adrasteia:image`. Default: none. */
  readonly config?: Readonly<Record<string, string>>;
  /** Instead of `main` in `Pulumi.yaml`, relative to the project root. */
  readonly main?: string;
  /** After this long the program is stopped and the run fails. Default: 120 000. */
  readonly timeoutMs?: number;
}

export interface ProgramRun {
  /** 0: the program ran to its end. */
  readonly exitCode: number;
  readonly registrations: readonly Registration[];
  /** By URN. */
  readonly outputs: ReadonlyMap<string, JsonObject>;
  readonly logs: readonly LogLine[];
  /** What the process wrote, for messages. */
  readonly output: string;
}

/** Runs the program of a project against a recording monitor and gives back all that it registered. */
export async function runProgram(options: ProgramOptions): Promise<ProgramRun> {
  const project = parse(readFileSync(join(options.projectRoot, 'Pulumi.yaml'), 'utf8')) as {
    name: string;
    main?: string;
  };
  const { directory, entryPoint } = entryOf(options.projectRoot, options.main ?? project.main);
  const monitor = await startRecordingMonitor({ project: project.name, stack: options.stack });
  try {
    const { exitCode, output } = await runProcess(
      [
        require.resolve('@pulumi/pulumi/cmd/run'),
        `--project=${project.name}`,
        `--stack=${options.stack}`,
        '--organization=organization',
        `--root-directory=${options.projectRoot}`,
        `--pwd=${directory}`,
        '--parallel=16',
        `--monitor=${monitor.address}`,
        `--engine=${monitor.address}`,
        entryPoint,
      ],
      {
        ...inherited('PATH', 'HOME'),
        PULUMI_CONFIG: JSON.stringify(options.config ?? {}),
        PULUMI_NODEJS_TYPESCRIPT: 'false',
      },
      options.timeoutMs ?? 120_000,
    );
    const { registrations, outputs, logs } = monitor;
    return { exitCode, registrations, outputs, logs, output };
  } finally {
    monitor.close();
  }
}

/**
 * Working directory and entry point for a `main`, as Pulumi's CLI splits it: a folder becomes the working directory with
 * entry `.`, a file its name in its folder. Without one the root is the working directory.
 */
function entryOf(root: string, main: string | undefined): { directory: string; entryPoint: string } {
  if (main === undefined) return { directory: root, entryPoint: '.' };
  const path = join(root, main);
  return statSync(path).isDirectory()
    ? { directory: path, entryPoint: '.' }
    : { directory: dirname(path), entryPoint: basename(path) };
}

function inherited(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function runProcess(
  args: readonly string[],
  env: Record<string, string>,
  timeoutMs: number,
): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
