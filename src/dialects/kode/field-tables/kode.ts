/** Kode. */
import { conditionRows, type FieldTable, ignored, later, mapped } from '../../field-table';
import { initPluginRows } from './init-plugin-rows';

const identity = 'the variable USERNAME (code-server) or CUSTOM_USER (webtop), and the Secret `<kode>-auth`';

export const kodeFields: FieldTable = {
  crd: 'kodes.kode.jacero.io',
  kind: 'Kode',
  rows: [
    mapped('spec.templateRef.kind', 'model', 'the template that the model is made from'),
    mapped('spec.templateRef.name', 'model', 'the template that the model is made from'),
    mapped('spec.templateRef.namespace', 'model', "the Kode's own by default; another one has to permit it"),
    mapped('spec.username', 'model.workloads[].app.env[]', identity),
    mapped('spec.user', 'model.workloads[].app.env[]', 'an earlier name of username'),
    mapped(
      'spec.password',
      'model.secrets[].data',
      "the Secret `<kode>-auth`; it switches on the app's own sign-in where no proxy is asked for",
    ),
    mapped(
      'spec.existingSecret',
      'model.workloads[].app.env[]',
      'read by the pod instead of `<kode>-auth`; never changed or deleted',
    ),
    mapped('spec.home', 'model.workloads[].app.mounts[].mountPath'),
    mapped('spec.workspace', 'model.workloads[].app.env[]', 'in DEFAULT_WORKSPACE, and in WORKSPACE of init plugins'),
    mapped('spec.storage.accessModes[]', 'model.workloads[].volumes[].claim.accessModes[]', 'ReadWriteOnce by default'),
    mapped('spec.storage.storageClassName', 'model.workloads[].volumes[].claim.storageClassName'),
    mapped(
      'spec.storage.resources.requests',
      'model.workloads[].volumes[].claim.size',
      'the member `storage`; 1Gi by default',
    ),
    ignored('spec.storage.resources.limits', 'no driver acts on the limits of a claim, and the claim can only grow'),
    mapped('spec.storage.keepVolume', 'model.workloads[].volumes[].claim.reclaim', 'true is Retain, false is Delete'),
    mapped('spec.storage.existingVolumeClaim', 'model.workloads[].volumes[].claim.existing'),
    later('spec.userConfig', 'repositories', 'no release acted on it; the condition SpecHonoured names it'),
    mapped(
      'spec.privileged',
      'model.security.level',
      'Privileged where the template allows it, else refused with Invalid',
    ),
    ...initPluginRows('spec.initPlugins[]'),
    mapped('status.phase', 'report.phase', 'in the words of the last release of v1alpha1'),
    mapped('status.kodeUrl', 'report.url', 'of v1alpha2, and useful here'),
    mapped('status.observedGeneration', 'report', 'the generation that was translated'),
    mapped('status.lastError', 'report.blockedBy.message', 'while something is in the way'),
    mapped('status.stages[].name', 'report.stages[].name', 'of no release; what `adra get -w` shows of a start'),
    mapped('status.stages[].at', 'report.stages[].at'),
    ignored('status.lastErrorTime', 'the transition time of the condition Ready says since when'),
    ...conditionRows('status.conditions[]', [
      'type',
      'status',
      'reason',
      'message',
      'observedGeneration',
      'lastTransitionTime',
      'lastUpdateTime',
    ]),
  ],
};
