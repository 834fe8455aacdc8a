/**
 * OpenAPI v2 documents in `application/com.github.proto-openapi.spec.v2.v1.0+protobuf`, the form in which clients written in Go
 * ask for them.
 */
import { stringify } from 'yaml';
import { ProtobufOutput } from '../kubernetes/protobuf-output';
import { SWAGGER_DOCUMENT, type SwaggerField, type SwaggerMessage } from './swagger-messages';

/** The bytes of a document of OpenAPI v2 that was read from JSON. */
export function swaggerProtobuf(document: unknown): Buffer {
  const output = new ProtobufOutput();
  writeMessage(output, document, SWAGGER_DOCUMENT);
  return output.finish();
}

function writeMessage(output: ProtobufOutput, value: unknown, message: SwaggerMessage): void {
  if (message.choose !== undefined) {
    writeField(output, message.choose(value), value);
  } else if (message.self !== undefined) {
    const field = message.self;
    for (const item of Array.isArray(value) ? reversed(value) : [value]) writeField(output, field, item);
  } else {
    writeMembers(output, value as Readonly<Record<string, unknown>>, message);
  }
}

/** From the last field to the first: what has a name of its own comes after what has a field. */
function writeMembers(
  output: ProtobufOutput,
  value: Readonly<Record<string, unknown>>,
  { fields = {}, vendor, named }: SwaggerMessage,
): void {
  const known: { readonly field: readonly [number, SwaggerField]; readonly member: unknown }[] = [];
  for (const [name, member] of reversed(Object.entries(value))) {
    const field = fields[name];
    if (field !== undefined) known.push({ field, member });
    else if (vendor !== undefined && name.startsWith('x-')) writeNamed(output, [vendor, 'any'], name, member);
    else if (named !== undefined) writeNamed(output, named, name, member);
  }
  known.sort((a, b) => b.field[0] - a.field[0]);
  for (const { field, member } of known) writeField(output, field, member);
}

function writeNamed(
  output: ProtobufOutput,
  [number, field]: readonly [number, SwaggerField],
  name: string,
  value: unknown,
): void {
  output.message(number, () => {
    writeField(output, [2, field], value);
    output.text(1, name);
  });
}

/** Zero values are left out, as messages of this kind do. */
function writeField(output: ProtobufOutput, [number, field]: readonly [number, SwaggerField], value: unknown): void {
  switch (field) {
    case 'text':
      if (typeof value === 'string' && value !== '') output.text(number, value);
      return;
    case 'texts':
      for (const text of reversed(value)) output.text(number, String(text));
      return;
    case 'flag':
      if (value === true) output.flag(number, true);
      return;
    case 'number':
      if (typeof value === 'number' && value !== 0) output.double(number, value);
      return;
    case 'integer':
      if (typeof value === 'number' && value !== 0) output.integer(number, value);
      return;
    case 'any':
      writeAny(output, number, value);
      return;
    case 'anys':
      for (const item of reversed(value)) writeAny(output, number, item);
      return;
    default:
      if ('each' in field) for (const item of reversed(value)) writeNested(output, number, field.each, item);
      else writeNested(output, number, field, value);
  }
}

function writeNested(output: ProtobufOutput, number: number, message: SwaggerMessage, value: unknown): void {
  output.message(number, () => {
    writeMessage(output, value, message);
  });
}

function writeAny(output: ProtobufOutput, number: number, value: unknown): void {
  output.message(number, () => {
    output.text(2, `${yamlOf(value, '')}\n`);
  });
}

/** Texts that YAML doesn't take for anything else. */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z][A-Za-z0-9._/-]*$/i;

/** The values of extensions are small and there are thousands: the general writer of YAML would take long. */
function yamlOf(value: unknown, indent: string): string {
  if (typeof value === 'string' && PLAIN.test(value)) return value;
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item: unknown) => `- ${yamlOf(item, `${indent}  `)}`).join(`\n${indent}`);
  }
  const members = isObject(value) ? Object.entries(value) : [];
  if (members.length > 0) {
    return members.map(([name, member]) => `${yamlOf(name, indent)}:${nestedYaml(member, indent)}`).join(`\n${indent}`);
  }
  return value === '' ? '""' : stringify(value, { lineWidth: 0, singleQuote: true }).trimEnd();
}

/** Lists stand as deep as their name, maps deeper. */
function nestedYaml(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) return `\n${indent}${yamlOf(value, indent)}`;
  if (isObject(value) && Object.keys(value).length > 0) return `\n${indent}  ${yamlOf(value, `${indent}  `)}`;
  return ` ${yamlOf(value, indent)}`;
}

function reversed<T>(list: readonly T[]): readonly T[];
function reversed(list: unknown): readonly unknown[];
function reversed(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? (list as readonly unknown[]).toReversed() : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
