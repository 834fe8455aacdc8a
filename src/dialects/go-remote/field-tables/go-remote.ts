/** GoRemote, as of its first group. */
import { type FieldTable, ignored, later, mapped } from '../../field-table';

export const goRemoteFields: FieldTable = {
  crd: 'goremotes.go-remote.opdev.io',
  kind: 'GoRemote',
  rows: [
    mapped('spec.VolumeMounts[].mountPath', 'model.workloads[].app.mounts[].mountPath'),
    later('spec.VolumeMounts[].mountPropagation', 'whole containers'),
    mapped('spec.VolumeMounts[].name', 'model.workloads[].app.mounts[].volume'),
    mapped('spec.VolumeMounts[].readOnly', 'model.workloads[].app.mounts[].readOnly'),
    mapped('spec.VolumeMounts[].subPath', 'model.workloads[].app.mounts[].subPath'),
    later('spec.VolumeMounts[].subPathExpr', 'whole containers'),
    mapped('spec.Volumes[]', 'model.workloads[].volumes[]', {
      subtree: 'core/v1 Volume',
      note: 'a volume of type `raw`; a host path asks for the level Privileged',
    }),
    mapped('spec.containerPorts[].containerPort', 'model.workloads[].app.ports[].port'),
    later('spec.containerPorts[].hostIP', 'node access'),
    later('spec.containerPorts[].hostPort', 'node access'),
    mapped('spec.containerPorts[].name', 'model.workloads[].app.ports[].name'),
    mapped('spec.containerPorts[].protocol', 'model.workloads[].app.ports[].protocol'),
    later('spec.gitRepo', 'repositories'),
    mapped('spec.goRemoteImage', 'model.workloads[].app.image'),
    mapped('spec.operatorNamespace', 'model.namespace', "another namespace than the object's own has to be permitted"),
    later('spec.serviceAccount', 'service accounts'),
    later('spec.servicePorts[].appProtocol', 'exposure', 'declared and never read by the earlier operator'),
    later('spec.servicePorts[].name', 'exposure', 'declared and never read by the earlier operator'),
    later('spec.servicePorts[].nodePort', 'exposure', 'declared and never read by the earlier operator'),
    later('spec.servicePorts[].port', 'exposure', 'declared and never read by the earlier operator'),
    later('spec.servicePorts[].protocol', 'exposure', 'declared and never read by the earlier operator'),
    later('spec.servicePorts[].targetPort', 'exposure', 'declared and never read by the earlier operator'),
    ignored('status', 'an object without members'),
  ],
};
