/** Programs that are images of their own, each over the same layer with Node: the gate, and what plays a cluster's parts where one lacks them. */
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

export const gate: ImageDefinition = program(
  'gate',
  'The gate: where people sign in, and what sidecars ask about each request.',
);

function program(name: string, description: string): ImageDefinition {
  return {
    name,
    description,
    layers: [node, programLayer(name, { entry: `images/programs/${name}.ts` })],
    config: { entrypoint: [NODE, programPath(name)], env: { NODE_ENV: 'production' }, user: NONROOT },
  };
}
