/** Compares an object that a patch or an apply makes with the one that the real server stored. */
import { isJsonObject, type JsonValue } from '../../../src/api/json';

const SERVER_FILLED: ReadonlySet<string> = new Set([
  'resourceVersion',
  'managedFields',
  'generation',
  'uid',
  'creationTimestamp',
  'namespace',
]);

/** What the server sets by default where nobody says anything. */
const DEFAULTED: ReadonlySet<string> = new Set([
  'dnsPolicy',
  'imagePullPolicy',
  'protocol',
  'resources',
  'restartPolicy',
  'schedulerName',
  'securityContext',
  'targetPort',
  'terminationGracePeriodSeconds',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'defaultMode',
  'progressDeadlineSeconds',
  'replicas',
  'revisionHistoryLimit',
  'rollingUpdate',
  'strategy',
  'type',
  'clusterIP',
  'clusterIPs',
  'internalTrafficPolicy',
  'ipFamilies',
  'ipFamilyPolicy',
  'sessionAffinity',
]);

/**
 * Where the two say different things, as paths. Null says nothing, as decoding drops it; what is only stored must be a default.
 */
export function differences(made: JsonValue | undefined, stored: JsonValue | undefined, path = ''): readonly string[] {
  if (isJsonObject(made) && isJsonObject(stored)) {
    const names = new Set([...Object.keys(made), ...Object.keys(stored)]);
    return [...names].flatMap((name) => {
      if (path === '.metadata' && SERVER_FILLED.has(name)) return [];
      const said = Object.hasOwn(made, name) ? (made[name] ?? undefined) : undefined;
      const held = Object.hasOwn(stored, name) ? (stored[name] ?? undefined) : undefined;
      if (said === undefined) return held === undefined || DEFAULTED.has(name) ? [] : [`${path}.${name}`];
      return differences(said, held, `${path}.${name}`);
    });
  }
  if (Array.isArray(made) && Array.isArray(stored)) {
    if (made.length !== stored.length) return [path];
    return (made as readonly JsonValue[]).flatMap((item, index) =>
      differences(item, (stored as readonly JsonValue[])[index], `${path}[${index}]`),
    );
  }
  const isEmpty = isJsonObject(made) && Object.keys(made).length === 0 && stored === undefined;
  return made === stored || isEmpty ? [] : [path];
}
