/** What others use of the simulated node. */
export { standardStorageClass } from './claim';
export type { SimulatedNodeOptions } from './options';
export { SimulatedNode } from './simulated-node';
