/** The images, in the order in which they are listed and built. */
import type { ImageDefinition } from './builder/image';
import { codeServer } from './code-server/image';
import { controller } from './controller/image';
import { desktop } from './desktop/image';
import { jupyterlab } from './jupyterlab/image';
import { controllerManager, simulatedNode } from './programs/images';
import { ssh } from './ssh/image';

export const IMAGES: readonly ImageDefinition[] = [
  controller,
  simulatedNode,
  controllerManager,
  jupyterlab,
  codeServer,
  desktop,
  ssh,
];
