/**
 * JupyterServer, in the two groups that it lived in. Each group's schema is the union of both, so both tables have the rows of
 * both; where the groups differ is in defaults alone.
 */
import { type FieldRow, type FieldTable, ignored, later, mapped } from '../../field-table';

const lifecycle = 'lifecycle and idle culling';

/** What the two groups fill in differently. */
interface GroupNotes {
  readonly rootDir: string;
  readonly mountPath: string;
  readonly cookieAllowlist: string;
}

function rows(notes: GroupNotes): readonly FieldRow[] {
  return [
    mapped('spec.auth.token', 'model.secrets[]', 'absent: generated; empty: Jupyter asks for none'),
    mapped(
      'spec.auth.oidc.enabled',
      'model.access',
      'true: the gate asks for a sign-in by a client of the server’s own',
    ),
    mapped('spec.auth.oidc.issuerUrl', 'model.access'),
    mapped('spec.auth.oidc.clientId', 'model.access'),
    mapped(
      'spec.auth.oidc.clientSecret.value',
      'model.secrets[].data',
      'the Secret `<name>-auth`, never a pod; the gate reads it',
    ),
    mapped('spec.auth.oidc.clientSecret.secretKeyRef.name', 'model.access', 'only the gate reads it'),
    mapped('spec.auth.oidc.clientSecret.secretKeyRef.key', 'model.access', 'only the gate reads it'),
    mapped('spec.auth.oidc.authorizedEmails[]', 'model.access', 'one step of authorisation where it names somebody'),
    mapped('spec.auth.oidc.authorizedGroups[]', 'model.access', 'one step of authorisation where it names somebody'),
    mapped('spec.auth.oidc.userId', 'model.access', 'one step of authorisation: the claim sub'),
    mapped('spec.auth.cookieAllowlist[]', 'model.access', `${notes.cookieAllowlist}; needs the gate`),
    mapped('spec.auth.cookieBlocklist[]', 'model.access', 'makes the allow list count for nothing; needs the gate'),
    later('spec.culling.idleSecondsThreshold', lifecycle),
    later('spec.culling.maxAgeSecondsThreshold', lifecycle),
    later('spec.culling.startingSecondsThreshold', lifecycle),
    later('spec.culling.failedSecondsThreshold', lifecycle),
    later('spec.culling.hibernatedSecondsThreshold', lifecycle),
    mapped('spec.jupyterServer.image', 'model.workloads[].app.image'),
    mapped('spec.jupyterServer.defaultUrl', 'model.files[].content', 'in the Jupyter configuration'),
    mapped(
      'spec.jupyterServer.rootDir',
      'model.workloads[].app.workingDir',
      `in the Jupyter configuration as well; ${notes.rootDir} by default`,
    ),
    mapped('spec.jupyterServer.resources', 'model.workloads[].app.resources'),
    mapped('spec.jupyterServer.hibernated', 'model.running', 'true is not running'),
    mapped('spec.routing.host', 'model.entry.host'),
    mapped('spec.routing.path', 'model.entry.path', "Jupyter's base URL too"),
    mapped('spec.routing.ingressAnnotations', 'model.entry.annotations'),
    mapped('spec.routing.tls.enabled', 'model.entry.tls'),
    mapped('spec.routing.tls.secretName', 'model.entry.tls.secretName'),
    mapped(
      'spec.storage.size',
      'model.workloads[].volumes[].claim.size',
      'the limit of the scratch volume where there is no claim',
    ),
    mapped('spec.storage.pvc.enabled', 'model.workloads[].volumes[].type', 'true is a claim, false a scratch volume'),
    mapped('spec.storage.pvc.mountPath', 'model.workloads[].app.mounts[].mountPath', notes.mountPath),
    mapped('spec.storage.pvc.storageClassName', 'model.workloads[].volumes[].claim.storageClassName'),
    mapped('spec.patches[].patch', 'model.patches[].patch', 'what it may change is on this page'),
    mapped('spec.patches[].type', 'model.patches[].type'),
    mapped('status', 'report', 'free-form; the members that clients read follow'),
    mapped('status.state', 'report.phase', 'hibernated as soon as it is asked for; stopping while it is being deleted'),
    mapped('status.create_fn.fullServerURL', 'model.entry', 'said from the beginning'),
    mapped('status.create_fn.createdResources', 'report', 'the UIDs of the objects that are there'),
    mapped('status.children', 'report', 'the objects as they are, without their data'),
    mapped('status.mainPod', 'report', 'the pod as it is'),
    later('status.mainPod.resourceUsage', 'usage in status'),
    mapped('status.containerStates', 'report', 'ready, executing, waiting or failed; the proxy under regular'),
    mapped('status.startingSince', 'report.stages[].at', 'while the server starts'),
    mapped('status.failedSince', 'report.conditions[]', 'when the condition Failed became true; while it is'),
    mapped('status.events', 'report.blockedBy.reason', 'the message about quota'),
    mapped('status.conditions', 'report.conditions', 'and Failed, and SpecHonoured; no earlier operator had any'),
    ignored('status.kopf', 'bookkeeping of the framework that the earlier operator was written with'),
  ];
}

export const jupyterServerFields: FieldTable = {
  crd: 'jupyterservers.amalthea.dev',
  kind: 'JupyterServer',
  rows: rows({
    rootDir: '/home/jovyan/work',
    mountPath: '/home/jovyan/work by default',
    cookieAllowlist: 'absent by default: every cookie but the gate’s reaches Jupyter',
  }),
};

export const renkuJupyterServerFields: FieldTable = {
  crd: 'jupyterservers.renku.io',
  kind: 'JupyterServer',
  rows: rows({
    rootDir: '/home/jovyan/work/',
    mountPath: 'absent by default: the root directory, from the directory `work` of the volume',
    cookieAllowlist: 'username-localhost-8888 and _xsrf by default',
  }),
};
