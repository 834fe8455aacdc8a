/** What plays a cluster's parts where a cluster lacks them: each over the same layer with Node. */
import type { ImageDefinition } from '../builder/image';
import { NODE, NONROOT, node } from '../node/layer';
import { programLayer, programPath } from '../node/program-layer';

export const simulatedNode: ImageDefinition = program(
  'simulated-node',
  'A node that runs no container and says it does, for a cluster without nodes.',
);

export const controllerManager: ImageDefinition = program(
  'controller-manager',
  'Kubernetes’ own controllers, for an API server that has none.',
);

function program(name: string, description: string): ImageDefinition {
  return {
    name,
    description,
    layers: [node, programLayer(name, { entry: `images/programs/${name}.ts` })],
    config: { entrypoint: [NODE, programPath(name)], env: { NODE_ENV: 'production' }, user: NONROOT },
  };
}
