/**
 * JupyterServer in the two groups that it lived in: `renku.io` first, `amalthea.dev` later.
 */
import type { ResourceType } from '../../../api/resource-type';

const jupyterServerType = (group: string): ResourceType => ({
  group,
  version: 'v1alpha1',
  kind: 'JupyterServer',
  plural: 'jupyterservers',
  namespaced: true,
});

export const JUPYTER_SERVER = jupyterServerType('amalthea.dev');
export const RENKU_JUPYTER_SERVER = jupyterServerType('renku.io');
