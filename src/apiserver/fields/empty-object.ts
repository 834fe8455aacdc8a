/**
 * What an object is before it is created: the members that the real server's types always have, as `status: {}`.
 *
 * What is there before isn't set by who creates the object, so it decides which fields they own.
 */
import type { JsonObject, JsonValue } from '../../api/json';
import type { SchemaNode } from '../schema/schema-node';

/** The empty object of a schema. Without members for custom resources, whose schemas have no wire facts. */
export function emptyObject(schema: SchemaNode): JsonObject {
  let object = emptyObjects.get(schema);
  if (object === undefined) {
    object = emptyStruct(schema, []);
    emptyObjects.set(schema, object);
  }
  return object;
}

const TIMES: ReadonlySet<string> = new Set(['date-time', 'micro-time']);
const emptyObjects = new WeakMap<SchemaNode, JsonObject>();

/** `above`: the structs that hold this one. None can hold itself, whatever a schema says. */
function emptyStruct(node: SchemaNode, above: readonly SchemaNode[]): JsonObject {
  const members: Record<string, JsonValue> = {};
  for (const [name, member] of node.properties ?? []) {
    const { wire } = member;
    if (wire === undefined) continue;
    const isStruct = member.type === 'object' && member.properties !== undefined && wire.pointer !== true;
    // Go leaves out empty values, but never a struct; a time is one, and is written as null.
    const isTime = TIMES.has(member.format ?? '') && wire.pointer !== true;
    if (wire.omitZero === true || (wire.omitEmpty === true && !isStruct && !isTime)) continue;
    if (isStruct && above.includes(member)) continue;
    members[name] = isStruct ? emptyStruct(member, [...above, node]) : zeroValue(member);
  }
  return members;
}

function zeroValue(member: SchemaNode): JsonValue {
  if (member.wire?.pointer === true) return null;
  if (member.intOrString === true) return 0;
  switch (member.type) {
    case 'string':
      return member.format === undefined || member.format === 'byte' ? '' : null;
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}
