/**
 * The embedded API of a running `adra up`, where a command line names no cluster.
 *
 * A flag and KUBECONFIG are somebody's words for this command and go before it. What `~/.kube/config` happens to have as its
 * current context is not: whoever tries things out in one terminal must not delete them in production from another.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AdrasteiaError } from '../../errors';
import type { SharedOptions } from '../command-context';
import { runningApis } from './running-record';
import { stateHome } from './state-home';

type Environment = Readonly<Record<string, string | undefined>>;

/** True where the command line itself, or a variable in the place of its flags, names a cluster. */
export function isNamedByFlag({ kubeconfig, context }: SharedOptions): boolean {
  return kubeconfig !== undefined || context !== undefined;
}

/** What names another cluster and is passed over for an embedded one, as people call it; undefined where nothing does. */
export function findPassedOver(environment: Environment, kubeconfig: string): string | undefined {
  const listed = environment['KUBECONFIG'] ?? '';
  if (listed === kubeconfig) return undefined;
  if (listed !== '') return 'KUBECONFIG';
  const home = environment['HOME'] ?? '';
  return existsSync(join(home === '' ? homedir() : home, '.kube', 'config')) ? '~/.kube/config' : undefined;
}

/** What a command uses instead of naming a cluster. */
export interface StandIn {
  readonly kubeconfig: string;
  /** Said where the command would have used another cluster otherwise. */
  readonly notice?: string;
}

/** The embedded API to use; undefined where a cluster is named or none runs. `KubeconfigInvalid` where several run. */
export function findStandIn(options: SharedOptions, environment: Environment): StandIn | undefined {
  if (isNamedByFlag(options) || (environment['KUBECONFIG'] ?? '') !== '') return undefined;
  const [first, ...others] = runningApis(stateHome(environment));
  if (first === undefined) return undefined;
  if (others.length > 0) {
    const kubeconfigs = [first, ...others].map(({ kubeconfig }) => kubeconfig).join(', ');
    throw new AdrasteiaError(
      'KubeconfigInvalid',
      `no cluster is named, and adra up runs more than once: choose one by --kubeconfig: ${kubeconfigs}`,
    );
  }
  const { kubeconfig, server, pid } = first;
  const passedOver = findPassedOver(environment, kubeconfig);
  if (passedOver === undefined) return { kubeconfig };
  return {
    kubeconfig,
    notice: `cluster ${server} of adra up (process ${pid}); for one of ${passedOver}: --context NAME`,
  };
}
