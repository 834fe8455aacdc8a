/**
 * A controller in a process of its own, measured from outside: CPU and memory by the kernel's account, writes by its metrics.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CONTROLLER_NODE_OPTIONS } from '../constructs/platform/controller-deployment';

/** Clock ticks a second in /proc, fixed by the Linux ABI. */
const TICKS_PER_SECOND = 100;

interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

/** CPU and memory of a process so far. */
function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuMs: (ticks / TICKS_PER_SECOND) * 1000,
    rssBytes: kilobytes(status, 'VmRSS') * 1024,
    peakRssBytes: kilobytes(status, 'VmHWM') * 1024,
  };
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
}

export interface ControllerSettings {
  /** A folder in which Node leaves a CPU profile at the process's end. Default: none is made. */
  readonly profiles?: string | undefined;
  /** Further options of `adra controller`. */
  readonly args?: readonly string[];
}

export class ControllerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly healthPort: number,
    private readonly metricsPort: number,
  ) {}

  /** Starts a controller and resolves when it is ready. */
  static async start(kubeconfig: string, { profiles, args = [] }: ControllerSettings = {}): Promise<ControllerProcess> {
    const healthPort = 20_000 + Math.floor(Math.random() * 20_000);
    const metricsPort = healthPort + 1;
    const main = join(__dirname, '..', 'src', 'cli', 'main.js');
    const child = spawn(
      process.execPath,
      [
        ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
        main,
        'controller',
        '--no-leader-elect',
        '--bind-address',
        '127.0.0.1',
        '--health-port',
        String(healthPort),
        '--metrics-port',
        String(metricsPort),
        '--log-level',
        'error',
        '--kubeconfig',
        kubeconfig,
        ...args,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_OPTIONS: CONTROLLER_NODE_OPTIONS } },
    );
    const started = new ControllerProcess(child, healthPort, metricsPort);
    await started.untilReady();
    return started;
  }

  get usage(): Usage {
    return usageOf(this.child.pid ?? 0);
  }

  /** Writes to children, inventories and statuses so far, by `verb kind`. */
  async writes(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const match of (await this.page()).matchAll(
      /^adrasteia_writes_total\{kind="([^"]+)",verb="([^"]+)"\} (\d+)/gm,
    )) {
      counts.set(`${match[2] ?? ''} ${match[1] ?? ''}`, Number(match[3]));
    }
    return counts;
  }

  /** Looks at objects so far. */
  async reconciles(): Promise<number> {
    let total = 0;
    for (const match of (await this.page()).matchAll(/^controller_runtime_reconcile_total\{[^}]*\} (\d+)/gm))
      total += Number(match[1]);
    return total;
  }

  /** Resolves when nothing has been looked at for two seconds. */
  async untilQuiet(): Promise<void> {
    let before = -1;
    for (;;) {
      const now = await this.reconciles();
      if (now === before) return;
      before = now;
      await pause(2_000);
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }

  private async page(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
  }

  private async untilReady(): Promise<void> {
    for (;;) {
      try {
        if ((await fetch(`http://127.0.0.1:${this.healthPort}/readyz`)).ok) return;
      } catch (error) {
        if (this.child.exitCode !== null) throw error;
      }
      await pause(50);
    }
  }
}
