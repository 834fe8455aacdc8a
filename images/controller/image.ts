/**
 * The controller, as the platform's Deployment runs it: `adra` with Node and the libraries that it needs, no shell, nothing that
 * it writes to. Everything of `adra` is in it but the embedded cluster.
 */
import type { ImageDefinition } from '../builder/image';
import { NODE, NONROOT, node } from '../node/layer';
import { programLayer, programPath } from '../node/program-layer';

const adra = programLayer('adra', {
  entry: 'src/cli/main.ts',
  replaced: { 'src/cli/up.ts': 'images/controller/no-embedded-cluster.ts' },
});

/** The controller. Its command's name is an argument, so that a pod of it can run any other one. */
export const controller: ImageDefinition = {
  name: 'controller',
  description: 'The controller of Adrasteia.',
  layers: [node, adra],
  config: {
    entrypoint: [NODE, programPath('adra')],
    cmd: ['controller'],
    env: { NODE_ENV: 'production' },
    user: NONROOT,
    exposedPorts: ['8080/tcp', '8081/tcp'],
  },
};
