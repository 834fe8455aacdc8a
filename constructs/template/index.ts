/**
 * The kinds of template. They are only read by environments: nothing is made for a template itself.
 */
export { INIT_PLUGIN, type PresetName } from './container-schema';
export {
  CLUSTER_ENVIRONMENT_TEMPLATE,
  type ClusterEnvironmentTemplateSpec,
  ENVIRONMENT_TEMPLATE,
  type EnvironmentTemplateObject,
  type EnvironmentTemplateSpec,
  type InitPlugin,
  PARAMETER_NAME,
  PARAMETER_VALUE,
  type ParameterValue,
  type Sidecar,
  type TemplateContainer,
  type TemplateParameter,
  type TemplateSpec,
  type TemplateWorkload,
} from './schema';
