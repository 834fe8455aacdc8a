/** The `scale` subresource of built-in workloads. */
export { scaleErrors, scaleOf, withScale } from './scale';
