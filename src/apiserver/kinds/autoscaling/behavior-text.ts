/** The behavior of an autoscaler as a text, its members under the names that the server's own code has for them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import { listAt, objectAt } from '../json-members';

/** Each member by its name in the text. */
const RULES: ReadonlyMap<string, string> = new Map([
  ['StabilizationWindowSeconds', 'stabilizationWindowSeconds'],
  ['SelectPolicy', 'selectPolicy'],
  ['Policies', 'policies'],
  ['Tolerance', 'tolerance'],
]);
const POLICY: ReadonlyMap<string, string> = new Map([
  ['Type', 'type'],
  ['Value', 'value'],
  ['PeriodSeconds', 'periodSeconds'],
]);

export function behaviorText(behavior: JsonObject): string {
  return JSON.stringify({
    ScaleUp: rulesToText(objectAt(behavior, 'scaleUp')),
    ScaleDown: rulesToText(objectAt(behavior, 'scaleDown')),
  });
}

function rulesToText(rules: JsonObject | undefined): JsonValue {
  if (rules === undefined) return null;
  return renamedTo(rules, RULES, (member, key) =>
    key === 'policies' ? listAt(rules, key).map((policy) => renamedTo(policy, POLICY, (value) => value)) : member,
  );
}

function renamedTo(
  object: JsonObject,
  names: ReadonlyMap<string, string>,
  valueOf: (member: JsonValue, key: string) => JsonValue,
): JsonObject {
  return Object.fromEntries([...names].map(([name, key]) => [name, valueOf(object[key] ?? null, key)]));
}

/** The behavior that a text stands for; undefined where it is none or says nothing. */
export function behaviorFromText(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const up = rulesFromText(objectAt(value, 'ScaleUp'));
    const down = rulesFromText(objectAt(value, 'ScaleDown'));
    if (up === undefined && down === undefined) return undefined;
    return { ...(up === undefined ? {} : { scaleUp: up }), ...(down === undefined ? {} : { scaleDown: down }) };
  } catch {
    return undefined;
  }
}

function rulesFromText(rules: JsonObject | undefined): JsonObject | undefined {
  if (rules === undefined) return undefined;
  const renamed = renamedFrom(rules, RULES);
  const policies = listAt(rules, 'Policies').map((policy) => renamedFrom(policy, POLICY));
  return policies.length === 0 ? renamed : { ...renamed, policies };
}

function renamedFrom(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(
    [...names].flatMap(([name, key]) =>
      object[name] === undefined || object[name] === null ? [] : [[key, object[name]]],
    ),
  );
}
