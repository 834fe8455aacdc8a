/** What others use of the simulated node. */
export { SIMULATED_PROVISIONER, standardStorageClass } from './claim';
export type { Delays, SimulatedNodeOptions } from './options';
export { SimulatedNode, type SimulatedNodeProps } from './simulated-node';
