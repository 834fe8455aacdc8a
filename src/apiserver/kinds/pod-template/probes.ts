/** Checks of probes, of what runs at the start and end of containers, and of the handlers of both. */
import type { JsonObject, JsonValue } from '../../../api/json';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../../field-error';
import { listAt, numberAt, objectAt, optionalNumberAt, textAt, textsAt } from '../json-members';
import { addProblems, httpHeaderNameProblems, portNameProblems, portNumberProblems } from '../metadata';

const PROBE_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const LIFECYCLE_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'sleep'];
const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

/** Adds what is wrong with the probes of a container. */
export function addProbeErrors(errors: FieldError[], container: JsonObject, path: string): void {
  for (const key of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = objectAt(container, key);
    if (probe !== undefined)
      addOneProbeErrors(errors, probe, { path: `${path}.${key}`, isReadiness: key === 'readinessProbe' });
  }
}

function addOneProbeErrors(
  errors: FieldError[],
  probe: JsonObject,
  { path, isReadiness }: { readonly path: string; readonly isReadiness: boolean },
): void {
  addHandlerErrors(errors, probe, { names: PROBE_HANDLERS, path });
  for (const key of PROBE_NUMBERS) {
    const value = numberAt(probe, key);
    if (value < 0) errors.push(invalidField(`${path}.${key}`, value, 'must be greater than or equal to 0'));
  }
  const grace = optionalNumberAt(probe, 'terminationGracePeriodSeconds');
  const gracePath = `${path}.terminationGracePeriodSeconds`;
  if (grace !== undefined && grace <= 0) errors.push(invalidField(gracePath, grace, 'must be greater than 0'));
  if (isReadiness) {
    if (grace !== undefined) errors.push(invalidField(gracePath, grace, 'must not be set for readinessProbes'));
  } else if (numberAt(probe, 'successThreshold') !== 1) {
    errors.push(invalidField(`${path}.successThreshold`, numberAt(probe, 'successThreshold'), 'must be 1'));
  }
}

/** Adds what is wrong with `lifecycle`; `gracePeriod` is that of the pod. */
export function addLifecycleErrors(
  errors: FieldError[],
  lifecycle: JsonObject,
  { gracePeriod, path }: { readonly gracePeriod: number | undefined; readonly path: string },
): void {
  for (const key of ['postStart', 'preStop']) {
    const handler = objectAt(lifecycle, key);
    if (handler !== undefined) {
      addHandlerErrors(errors, handler, { names: LIFECYCLE_HANDLERS, path: `${path}.${key}`, gracePeriod });
    }
  }
}

interface HandlerRules {
  readonly names: readonly string[];
  readonly path: string;
  readonly gracePeriod?: number | undefined;
}

function addHandlerErrors(errors: FieldError[], handler: JsonObject, { names, path, gracePeriod }: HandlerRules): void {
  let count = 0;
  for (const name of names) {
    const action = objectAt(handler, name);
    if (action === undefined) continue;
    count += 1;
    if (count > 1) errors.push(forbiddenField(`${path}.${name}`, 'may not specify more than 1 handler type'));
    else addActionErrors(errors, { name, action, gracePeriod }, `${path}.${name}`);
  }
  if (count === 0) errors.push(requiredField(path, 'must specify a handler type'));
}

interface NamedAction {
  readonly name: string;
  readonly action: JsonObject;
  readonly gracePeriod: number | undefined;
}

function addActionErrors(errors: FieldError[], { name, action, gracePeriod }: NamedAction, path: string): void {
  switch (name) {
    case 'exec':
      if (textsAt(action, 'command').length === 0) errors.push(requiredField(`${path}.command`));
      return;
    case 'httpGet':
      addHttpGetErrors(errors, action, path);
      return;
    case 'sleep':
      addSleepErrors(errors, { seconds: numberAt(action, 'seconds'), gracePeriod }, path);
      return;
    default:
      addPortErrors(errors, action['port'], `${path}.port`);
  }
}

function addHttpGetErrors(errors: FieldError[], action: JsonObject, path: string): void {
  if (textAt(action, 'path') === '') errors.push(requiredField(`${path}.path`));
  addPortErrors(errors, action['port'], `${path}.port`);
  const scheme = textAt(action, 'scheme');
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') {
    errors.push(notSupportedField(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']));
  }
  for (const header of listAt(action, 'httpHeaders')) {
    const name = textAt(header, 'name');
    addProblems(errors, `${path}.httpHeaders`, name, httpHeaderNameProblems(name));
  }
}

function addSleepErrors(
  errors: FieldError[],
  { seconds, gracePeriod }: { readonly seconds: number; readonly gracePeriod: number | undefined },
  path: string,
): void {
  if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return;
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${String(gracePeriod)})`;
  errors.push(invalidField(path, seconds, detail));
}

/** Adds what is wrong with a port that is a number or a name. */
export function addPortErrors(errors: FieldError[], port: JsonValue | undefined, path: string): void {
  if (typeof port === 'string') addProblems(errors, path, port, portNameProblems(port));
  else {
    const value = typeof port === 'number' ? port : 0;
    for (const problem of portNumberProblems(value)) errors.push(invalidField(path, value, problem));
  }
}
