/** What a cluster without nodes lacks, as a part of `adra up`: a simulated node and, on an embedded API, Kubernetes' own controllers. */
import { usedAmounts } from '../../apiserver/admission/resource-quota/used-amounts';
import { ControllerManager } from '../../programs/controller-manager/controller-manager';
import type { FollowObjects } from '../../programs/followed-objects';
import { SimulatedNode } from '../../programs/simulated-node';
import { type ClusterChoice, openCluster } from '../cluster/open-cluster';
import type { PartModule } from './part';

export interface ControllersSettings {
  readonly cluster: ClusterChoice;
  /** PEM. Given for an embedded API, which has no controllers of its own. Default: only the node is started. */
  readonly authority?: string;
}

/** Starts them; resolves when the node is ready. */
export const start: PartModule<ControllersSettings, undefined>['start'] = async (settings, { clock, log }) => {
  const { cluster } = openCluster(settings.cluster);
  const manager =
    settings.authority === undefined
      ? undefined
      : new ControllerManager({
          cluster,
          clock,
          log,
          rootCertificate: settings.authority,
          countQuota: (quota, { list, isServed, now }) => usedAmounts(quota, { reader: { list }, isServed, now }),
        });
  const follow: FollowObjects | undefined =
    manager === undefined ? undefined : (type, listener) => manager.follow(type, listener);
  const node = new SimulatedNode({ cluster, clock, log, ...(follow === undefined ? {} : { follow }) });
  try {
    await manager?.start();
    await node.start();
  } catch (error) {
    await manager?.stop();
    await cluster.close();
    throw error;
  }
  return {
    facts: undefined,
    isDrained: () => manager?.isIdle ?? true,
    stop: async () => {
      await node.stop();
      await manager?.stop();
      await cluster.close();
    },
  };
};
