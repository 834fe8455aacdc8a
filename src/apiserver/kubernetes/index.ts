/**
 * Kubernetes' own kinds: their schemas, how their JSON is read and written, and what a fresh control plane knows and holds.
 *
 * The facts are generated from Kubernetes itself into `data/` and unpacked when they are first asked for.
 */

export { BodySyntaxError } from './body-syntax';
export {
  type BodyText,
  type ExpectedKind,
  findCustomKindProblem,
  findKindProblem,
  readBody,
  readTypedBody,
  readTypedProtobuf,
  type TypedBody,
} from './body-type';
export { type BuiltinCodecOptions, builtinCodec, normalise, storedFormOf } from './builtin-codec';
export {
  type BuiltinResourceFacts,
  type BuiltinSubresourceFacts,
  type BuiltinVersionFacts,
  builtinGroups,
  builtinResources,
  findBuiltinResource,
} from './builtin-resources';
export { builtinSchema, objectMetaSchema } from './builtin-schema';
export { type ParsedBody, parseJsonBody } from './json-body';
export { hasProtobuf, protobufOf, readProtobuf, watchFrame } from './protobuf';
export { bootstrapObjects, versionInfo } from './server-facts';
export type { StoredForm } from './wire-reader';
export { parseYamlBody } from './yaml-body';
