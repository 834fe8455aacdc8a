/**
 * Objects as `application/vnd.kubernetes.protobuf`: four bytes that say so, then a message that names the type and holds the
 * object's own message.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { JsonObject } from '../../api/json';
import type { DraftObject } from '../draft';
import { BodySyntaxError } from './body-syntax';
import { ProtobufOutput } from './protobuf-output';
import { findMessage } from './protobuf-plan';
import { readMessage } from './protobuf-reader';
import { writeMessage } from './protobuf-writer';

const PREFIX = Buffer.from('k8s\0', 'latin1');

/** A body's own words about its type. Empty where it says nothing. */
interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/**
 * The bytes of an object of a built-in kind that has its `apiVersion` and `kind`, or of a list of such. Undefined for kinds that
 * have no messages: custom resources and tables.
 */
export function protobufOf(object: JsonObject): Buffer | undefined {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const plan = findMessage(apiVersion, kind);
  if (plan === undefined) return undefined;
  const output = new ProtobufOutput();
  // Type and encoding of the content: both empty.
  output.text(4, '');
  output.text(3, '');
  output.message(2, () => {
    writeMessage(output, object, plan);
  });
  output.message(1, () => {
    output.text(2, kind);
    output.text(1, apiVersion);
  });
  return Buffer.concat([PREFIX, output.finish()]);
}

/** True for what can be written by `protobufOf`. */
export function hasProtobuf(apiVersion: string, kind: string): boolean {
  return findMessage(apiVersion, kind) !== undefined;
}

/**
 * The object that bytes hold, with its `apiVersion` and `kind`: those of the bytes, or `expected` where they are silent.
 * Members of unknown kinds are left out. Throws `BodySyntaxError`.
 */
export function readProtobuf(
  bytes: Uint8Array,
  expected: { readonly apiVersion: string; readonly kind: string },
): DraftObject {
  const envelope = readEnvelope(bytes);
  const apiVersion = envelope.apiVersion === '' ? expected.apiVersion : envelope.apiVersion;
  const kind = envelope.kind === '' ? expected.kind : envelope.kind;
  const plan = findMessage(apiVersion, kind);
  const object = plan === undefined ? {} : whole(() => readMessage(envelope.raw, plan));
  return { ...object, apiVersion, kind };
}

/** A frame of a watch: its length in four bytes, then an event that holds the bytes of an object. */
export function watchFrame(type: string, object: Buffer): Buffer {
  const output = new ProtobufOutput();
  output.message(2, () => {
    output.bytes(1, object);
  });
  output.text(1, type);
  const event = output.finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length === 0) throw new BodySyntaxError('empty data');
  if (!PREFIX.equals(bytes.subarray(0, PREFIX.length))) {
    throw new BodySyntaxError(
      `provided data does not appear to be a protobuf message, expected prefix [${[...PREFIX].join(' ')}]`,
    );
  }
  const found = { apiVersion: '', kind: '', raw: new Uint8Array() };
  whole(() => {
    const reader = new BinaryReader(bytes.subarray(PREFIX.length));
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 1) readType(found, reader.bytes());
      else if (number === 2) found.raw = Uint8Array.from(reader.bytes());
      else reader.skip(wireType, number);
    }
  });
  return found;
}

function readType(found: { apiVersion: string; kind: string }, bytes: Uint8Array): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === 1) found.apiVersion = reader.string();
    else if (number === 2) found.kind = reader.string();
    else reader.skip(wireType, number);
  }
}

/** What a reader throws at bytes that are no message is about the body. */
function whole<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    // The one thing that readers throw at bytes that end too early.
    const what =
      error instanceof RangeError ? 'unexpected EOF' : error instanceof Error ? error.message : String(error);
    throw new BodySyntaxError(what, { cause: error });
  }
}
