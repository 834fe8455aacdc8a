/**
 * What patches may do to the pod of a server. The container that stands before Jupyter stays what it is, and nothing beside it
 * may take its place: its port, its user, its sockets or its start before all others.
 */
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import { valueAt } from '../../../api/object';

/** Members of a pod that stay as they are. */
const FIXED = [
  'serviceAccountName',
  'serviceAccount',
  'automountServiceAccountToken',
  'shareProcessNamespace',
] as const;

/** Path of a pod, for messages. */
const AT = 'statefulset.spec.template.spec';

/** What is wrong with a pod against what it was before any patch; `proxy` names the container before Jupyter. */
export function podViolations(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  proxy: string,
): readonly string[] {
  const [was, is] = [objectOf(before), objectOf(after)];
  return [
    ...FIXED.filter((member) => !isSame(was[member], is[member])).map(
      (member) => `changes ${AT}.${member}, which is not for patches`,
    ),
    ...appViolations(was, is),
    ...proxyViolations(was, is, proxy),
    ...neighbourViolations(was, is, proxy),
  ];
}

/** Containers of a pod. */
export function containersOf(pod: JsonObject): readonly JsonObject[] {
  return objectsOf(pod['containers']);
}

function appViolations(was: JsonObject, is: JsonObject): readonly string[] {
  const app = containersOf(was)[0]?.['name'];
  return containersOf(is).some(({ name }) => name === app) ? [] : [`takes the container ${textOf(app)} out`];
}

/** Only what the proxy may use of the node can be said. */
function proxyViolations(was: JsonObject, is: JsonObject, proxy: string): readonly string[] {
  const [before] = containersOf(was).filter(({ name }) => name === proxy);
  const guards = containersOf(is).filter(({ name }) => name === proxy);
  const isKept = guards.length === 1 && isSame(withoutResources(before), withoutResources(guards[0]));
  return isKept ? [] : [`changes the container ${proxy}, of which only resources are for patches`];
}

/** The other containers, and the pod, whose user is theirs where they name none. */
function neighbourViolations(was: JsonObject, is: JsonObject, proxy: string): readonly string[] {
  const guard = containersOf(was).find(({ name }) => name === proxy);
  const user = userOf(guard);
  const volumes = new Set(volumesOf(guard));
  const init = objectsOf(is['initContainers']);
  const others = [...containersOf(is).filter(({ name }) => name !== proxy), ...init];
  const named = (container: JsonObject): string => `container ${textOf(container['name'])}`;
  return [
    ...init
      .filter(({ name }) => name === proxy)
      .map(() => `calls an init container ${proxy}, like the one before Jupyter`),
    ...init
      .filter((container) => container['restartPolicy'] !== undefined)
      .map(
        (container) => `lets the init ${named(container)} run on (restartPolicy), which could take the proxy's port`,
      ),
    ...[is, ...others]
      .filter((part) => user !== undefined && userOf(part) === user)
      .map((part) => `runs ${part === is ? 'the pod' : named(part)} as user ${JSON.stringify(user)}, the proxy's own`),
    ...others
      .filter((container) => volumesOf(container).some((volume) => volumes.has(volume)))
      .map((container) => `mounts a volume of the proxy in ${named(container)}`),
    ...objectsOf(is['volumes'])
      .filter(({ name }) => volumes.has(name))
      .map(({ name }) => `has a volume ${textOf(name)}, like one of the proxy`),
  ];
}

function userOf(part: JsonObject | undefined): JsonValue | undefined {
  return valueAt(part, ['securityContext', 'runAsUser']);
}

function volumesOf(container: JsonObject | undefined): readonly (JsonValue | undefined)[] {
  return ['volumeMounts', 'volumeDevices'].flatMap((list) => objectsOf(container?.[list]).map(({ name }) => name));
}

function withoutResources(container: JsonObject | undefined): JsonObject {
  const { resources: _resources, ...rest } = container ?? {};
  return rest;
}

function isSame(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  return canonicalJson(before) === canonicalJson(after);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item: JsonValue) => isJsonObject(item)) : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
