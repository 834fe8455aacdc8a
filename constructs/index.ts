/**
 * The constructs: environments as cdk8s trees, and the list of kinds that they belong to.
 */
export { Environment, type EnvironmentProps, environmentPlanner, environmentTree } from './environment';
export { kinds } from './kinds';
