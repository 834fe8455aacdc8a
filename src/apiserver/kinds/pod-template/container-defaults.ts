/** What Kubernetes fills into containers: `SetDefaults_Container` and what hangs below. */
import { type DraftObject, findObject, findString, objectsIn } from '../../draft';
import { setAbsent, setDefault } from './defaults-setting';
import { defaultPullPolicy } from './image-name';
import { roundAmounts } from './resource-amounts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const LIFECYCLE_HANDLERS = ['postStart', 'preStop'];

/** Defaults of a container of any sort, in place. */
export function setContainerDefaults(container: DraftObject): void {
  if ((findString(container, 'imagePullPolicy') ?? '') === '') {
    container['imagePullPolicy'] = defaultPullPolicy(findString(container, 'image') ?? '');
  }
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  for (const port of objectsIn(container, 'ports')) setDefault(port, 'protocol', 'TCP');
  for (const variable of objectsIn(container, 'env')) setSourceDefaults(findObject(variable, 'valueFrom'));
  const resources = findObject(container, 'resources');
  roundAmounts(resources, 'limits');
  roundAmounts(resources, 'requests');
  for (const key of PROBES) setProbeDefaults(findObject(container, key));
  const lifecycle = findObject(container, 'lifecycle');
  for (const key of LIFECYCLE_HANDLERS) setHttpGetDefaults(findObject(lifecycle, key));
}

/** The version in whose terms a field of the pod itself is named. */
export function setFieldRefDefaults(parent: DraftObject | undefined): void {
  const fieldRef = findObject(parent, 'fieldRef');
  if (fieldRef !== undefined) setDefault(fieldRef, 'apiVersion', 'v1');
}

function setSourceDefaults(source: DraftObject | undefined): void {
  setFieldRefDefaults(source);
  const fileKeyRef = findObject(source, 'fileKeyRef');
  if (fileKeyRef !== undefined) setAbsent(fileKeyRef, 'optional', false);
}

function setProbeDefaults(probe: DraftObject | undefined): void {
  if (probe === undefined) return;
  setDefault(probe, 'timeoutSeconds', 1);
  setDefault(probe, 'periodSeconds', 10);
  setDefault(probe, 'successThreshold', 1);
  setDefault(probe, 'failureThreshold', 3);
  setHttpGetDefaults(probe);
  const grpc = findObject(probe, 'grpc');
  if (grpc !== undefined) setAbsent(grpc, 'service', '');
}

function setHttpGetDefaults(handler: DraftObject | undefined): void {
  const httpGet = findObject(handler, 'httpGet');
  if (httpGet === undefined) return;
  setDefault(httpGet, 'path', '/');
  setDefault(httpGet, 'scheme', 'HTTP');
}
