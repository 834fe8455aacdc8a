/**
 * The kind Environment, and what every environment goes through whatever API asked for it: the construct, its plan and the
 * report on it.
 */
export { CONDITION_REASONS } from '../parts/condition-reasons';
export { Environment, type EnvironmentProps } from './environment';
export { environmentFrontEnd } from './front-end';
export { environmentPlanner, environmentTree } from './plan';
export { ENVIRONMENT, type EnvironmentObject, type EnvironmentSpec, type EnvironmentStatus } from './schema';
