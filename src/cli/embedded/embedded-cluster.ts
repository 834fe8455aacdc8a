/** The Kubernetes API that `adra up` brings along where no cluster is named. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ApiFacts } from './api-part';
import type { StartPart } from './parts';
import { passingKubeconfig, recordRunning, sweepRecords } from './running-record';
import { findPassedOver } from './stand-in';
import { kubeconfigIn, stateHome, usualDataDirectory } from './state-home';

/** What the user may choose of it. */
export interface EmbeddedChoice {
  /** A directory. Default: `embedded` in the state home. */
  readonly data?: string;
  /** Nothing is kept. */
  readonly memory?: boolean;
  /** Objects of earlier runs are removed first. */
  readonly reset?: boolean;
  readonly port?: number;
}

export interface EmbeddedSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly startPart: StartPart;
  /** Prints a line for people. */
  readonly note: (line: string) => void;
}

/** An embedded API that runs. */
export interface EmbeddedApi extends ApiFacts {
  /** The process that it runs in. */
  readonly pid: number;
  readonly kubeconfig: string;
  /** Ends it; resolves when its data are whole on disk. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the API, says what runs and how to reach it, and makes it known to other commands of this user. Throws what the API
 * throws when it can't start.
 */
export async function startEmbeddedApi(
  { data, memory, reset, port }: EmbeddedChoice,
  { environment, startPart, note }: EmbeddedSurroundings,
): Promise<EmbeddedApi> {
  const home = stateHome(environment);
  sweepRecords(home);
  const directory = memory === true ? undefined : resolve(data ?? usualDataDirectory(home));
  const kubeconfig = directory === undefined ? passingKubeconfig(home, process.pid) : kubeconfigIn(directory);
  const { facts, pid, stop } = await startPart('api', {
    ...(directory === undefined ? {} : { directory }),
    ...(port === undefined ? {} : { port }),
    kubeconfig,
    isReset: reset === true,
  });
  const forget = recordRunning(home, { server: facts.server, kubeconfig });
  const place = directory === undefined ? 'in memory: nothing is kept' : `in ${directory}, kept between runs`;
  note(`an embedded Kubernetes API ${facts.version} at ${facts.server}, data ${place}`);
  note('its nodes are simulated: environments become "Ready (simulated)", and no container runs');
  note(`for kubectl: export KUBECONFIG=${shellWord(kubeconfig)}`);
  const passedOver = findPassedOver(environment, kubeconfig);
  if (passedOver !== undefined) note(`${passedOver} is left alone: --context NAME works on a cluster of yours`);
  return {
    ...facts,
    pid,
    kubeconfig,
    stop: async () => {
      forget();
      if (directory === undefined) rmSync(kubeconfig, { force: true });
      await stop();
    },
  };
}

/** A path as a shell takes it for one word. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
