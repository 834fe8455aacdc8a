/** The controller of Adrasteia as a part of `adra up`: without a lease and without probes. */
import { Controller } from '../../controller/controller';
import { SYSTEM_NAMESPACE } from '../cluster/install';
import { type ClusterChoice, openCluster } from '../cluster/open-cluster';
import type { PartModule } from './part';

export interface ControllerSettings {
  readonly cluster: ClusterChoice;
}

/** Starts the controller; its work begins by itself when its caches are filled. */
export const start: PartModule<ControllerSettings, undefined>['start'] = async (settings, { clock, log, onFatal }) => {
  const { cluster } = openCluster(settings.cluster);
  const controller = new Controller({
    cluster,
    clock,
    log,
    systemNamespace: SYSTEM_NAMESPACE,
    tenancy: true,
    leaderElection: false,
    onFatal,
  });
  await controller.start();
  return {
    facts: undefined,
    isDrained: () => controller.runtime.isDrained,
    stop: async () => {
      await controller.stop();
      await cluster.close();
    },
  };
};
