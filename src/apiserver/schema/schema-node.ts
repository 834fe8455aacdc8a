/**
 * What the API knows of a value's shape, for built-in kinds and custom resources alike: one node for each place in an object.
 *
 * Nodes form a graph: a type that holds itself (the schema of a CRD) is a node that reaches itself. Built-in nodes are made
 * once, from the types that Kubernetes publishes; those of a custom resource from the structural schema in its CRD.
 * Decoding, pruning, defaulting, validation, merging and server-side apply all walk these nodes.
 */
import type { JsonObject, JsonValue } from '../../api/json';

export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

/** How the members of a list are told apart when two lists are merged. Default atomic: the list is one value. */
export type ListType = 'atomic' | 'set' | 'map';

export interface SchemaNode {
  /** Absent: any value. */
  readonly type?: SchemaType;
  /** `int32`, `int64`, `date-time`, `micro-time`, `byte`, `quantity`, `duration`, or what a CRD says. */
  readonly format?: string;
  /** An integer or a string. */
  readonly intOrString?: boolean;
  readonly nullable?: boolean;
  readonly properties?: ReadonlyMap<string, SchemaNode>;
  /** Of a map: what its values are. */
  readonly additionalProperties?: SchemaNode;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly default?: JsonValue;
  /** Members that no property names are kept. */
  readonly preserveUnknownFields?: boolean;
  /** The value is an object of its own, with `apiVersion`, `kind` and `metadata`. */
  readonly embeddedResource?: boolean;
  readonly listType?: ListType;
  /** The members that name an item of a list of type `map`, in order. */
  readonly listMapKeys?: readonly string[];
  /** Whether an object or a map is one value. Default granular. */
  readonly mapType?: 'granular' | 'atomic';
  /** Strategic merge patch, built-in kinds only: `merge`, `replace`, `retainKeys`, or two joined by a comma. */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;

  /** How a Go server holds the value, which decides what survives a round trip. Built-in kinds only. */
  readonly wire?: WireFacts;

  /** The keywords that check a value (`pattern`, `minimum`, `enum`, `x-kubernetes-validations`, …), verbatim. Custom resources only. */
  readonly checks?: JsonObject;
  readonly allOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly not?: SchemaNode;
}

/** Facts about the Go field behind a member of a built-in kind. */
export interface WireFacts {
  /** Left out of answers where it holds its type's zero value. */
  readonly omitEmpty?: boolean;
  /** Also left out where it is a struct that holds nothing but zero values. */
  readonly omitZero?: boolean;
  /** A pointer: present zero values are kept. */
  readonly pointer?: boolean;
  /** The Go type, as decoding errors name it: `int32`, `v1.PodSpec`. */
  readonly goType?: string;
  /** Number of the field in protobuf messages. */
  readonly protobuf?: number;
}
