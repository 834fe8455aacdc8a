/**
 * The process around a program that plays a part of a cluster: it connects as its kubeconfig or its pod's account says, starts
 * the program, and ends it at SIGTERM or SIGINT.
 */
import { connectCluster } from '../../src/adapters/kubernetes/client';
import { systemClock } from '../../src/adapters/system-clock';
import { createLogger } from '../../src/log';
import type { Clock } from '../../src/ports/clock';
import type { Cluster } from '../../src/ports/cluster';
import type { Logger } from '../../src/ports/logger';

/** What a program is made with. */
export interface ProgramSurroundings {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Program {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs a program until the process is told to end. Where it can't start, that is logged and the exit code is 1. */
export async function runProgram(name: string, make: (surroundings: ProgramSurroundings) => Program): Promise<void> {
  const log = createLogger('info', process.stderr);
  try {
    const told = new Promise<void>((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    });
    const cluster = connectCluster();
    const program = make({ cluster, clock: systemClock, log });
    try {
      await program.start();
      log.info(`${name} started`, { server: cluster.connection.server });
      await told;
    } finally {
      await program.stop();
      await cluster.close();
    }
  } catch (error) {
    log.error(`${name} ends`, { error });
    process.exitCode = 1;
  }
}
