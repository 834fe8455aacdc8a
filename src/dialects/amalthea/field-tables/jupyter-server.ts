/** JupyterServer, in the two groups that it lived in. */
import { type FieldRow, type FieldTable, ignored, later, mapped } from '../../field-table';

const lifecycle = 'lifecycle and idle culling';

/** What both groups have. */
const shared: readonly FieldRow[] = [
  later('spec.auth.oidc.clientId', 'access'),
  later('spec.auth.oidc.clientSecret.secretKeyRef.key', 'access'),
  later('spec.auth.oidc.clientSecret.secretKeyRef.name', 'access'),
  later('spec.auth.oidc.clientSecret.value', 'access', 'goes into a Secret (`model.secrets[].data`), never into a pod'),
  later('spec.auth.oidc.enabled', 'access'),
  later('spec.auth.oidc.issuerUrl', 'access'),
  mapped('spec.auth.token', 'model.secrets[]', 'absent: generated; empty: Jupyter asks for none'),
  mapped('spec.jupyterServer.defaultUrl', 'model.files[].content', 'in the Jupyter configuration'),
  mapped('spec.jupyterServer.image', 'model.workloads[].app.image'),
  mapped('spec.jupyterServer.resources', 'model.workloads[].app.resources'),
  mapped('spec.jupyterServer.rootDir', 'model.workloads[].app.workingDir', 'in the Jupyter configuration as well'),
  later('spec.patches[].patch', 'patches'),
  later('spec.patches[].type', 'patches'),
  mapped('spec.routing.host', 'model.entry.host'),
  mapped('spec.routing.ingressAnnotations', 'model.entry.annotations'),
  mapped('spec.routing.path', 'model.entry.path', "Jupyter's base URL too"),
  mapped('spec.routing.tls.enabled', 'model.entry.tls'),
  mapped('spec.routing.tls.secretName', 'model.entry.tls.secretName'),
  mapped('spec.storage.pvc.enabled', 'model.workloads[].volumes[].type', 'true is a claim, false a scratch volume'),
  mapped('spec.storage.pvc.storageClassName', 'model.workloads[].volumes[].claim.storageClassName'),
  mapped(
    'spec.storage.size',
    'model.workloads[].volumes[].claim.size',
    'the limit of the scratch volume where there is no claim',
  ),
  mapped('status', 'report', 'free-form; the members that clients read follow'),
  mapped('status.create_fn.fullServerURL', 'report.url'),
  later('status.create_fn.createdResources', 'usage in status'),
  later('status.children', 'usage in status'),
  later('status.mainPod', 'usage in status'),
];

export const jupyterServerFields: FieldTable = {
  crd: 'jupyterservers.amalthea.dev',
  kind: 'JupyterServer',
  rows: [
    ...shared,
    later('spec.auth.oidc.authorizedEmails[]', 'access'),
    later('spec.auth.oidc.authorizedGroups[]', 'access'),
    later('spec.culling.idleSecondsThreshold', lifecycle),
    later('spec.culling.maxAgeSecondsThreshold', lifecycle),
    later('spec.culling.startingSecondsThreshold', lifecycle),
    later('spec.culling.failedSecondsThreshold', lifecycle),
    later('spec.culling.hibernatedSecondsThreshold', lifecycle),
    mapped('spec.jupyterServer.hibernated', 'model.running', 'true is not running'),
    mapped('spec.storage.pvc.mountPath', 'model.workloads[].app.mounts[].mountPath'),
    mapped('status.state', 'report.phase'),
    mapped('status.startingSince', 'report.stages[].at'),
    later('status.failedSince', lifecycle),
    later('status.containerStates', 'container counts'),
    mapped('status.events', 'report.blockedBy.message', 'the message about quota'),
    ignored('status.kopf', 'bookkeeping of the framework that the earlier operator was written with'),
  ],
};

export const renkuJupyterServerFields: FieldTable = {
  crd: 'jupyterservers.renku.io',
  kind: 'JupyterServer',
  rows: [
    ...shared,
    later('spec.auth.cookieAllowlist[]', 'access', 'which cookies the app gets to see'),
    later('spec.auth.cookieBlocklist[]', 'access', 'which cookies the app does not get to see'),
    later('spec.auth.oidc.userId', 'access'),
  ],
};
