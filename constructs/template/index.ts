/**
 * The kinds of template. They are only read by environments: nothing is made for a template itself.
 */
import type { Kind } from '../../src/plan/kind';
import { defineKind } from '../../src/schema/define-kind';
import { CLUSTER_ENVIRONMENT_TEMPLATE, ENVIRONMENT_TEMPLATE } from './schema';

export { INIT_PLUGIN, PRESET_NAMES, type PresetName } from './container-schema';
export {
  CLUSTER_ENVIRONMENT_TEMPLATE,
  type ClusterEnvironmentTemplateSpec,
  ENVIRONMENT_TEMPLATE,
  type EnvironmentTemplateObject,
  type EnvironmentTemplateSpec,
  type InitPlugin,
  type Override,
  PARAMETER_NAME,
  PARAMETER_VALUE,
  type ParameterValue,
  type Sidecar,
  type TemplateContainer,
  type TemplateParameter,
  type TemplateSpec,
  type TemplateWorkload,
} from './schema';

/** The kind EnvironmentTemplate. */
export const environmentTemplate: Kind<never> = defineKind(ENVIRONMENT_TEMPLATE);

/** The kind ClusterEnvironmentTemplate. */
export const clusterEnvironmentTemplate: Kind<never> = defineKind(CLUSTER_ENVIRONMENT_TEMPLATE);
