/** The images, in the order in which they are listed and built. */
import type { ImageDefinition } from './builder/image';
import { codeServer } from './code-server/image';
import { controller } from './controller/image';
import { desktop } from './desktop/image';
import { envoy } from './envoy/image';
import { jupyterlab } from './jupyterlab/image';
import { controllerManager, gate, simulatedNode } from './programs/images';
import { ssh } from './ssh/image';

export const IMAGES: readonly ImageDefinition[] = [
  controller,
  gate,
  envoy,
  simulatedNode,
  controllerManager,
  jupyterlab,
  codeServer,
  desktop,
  ssh,
];
