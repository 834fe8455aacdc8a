/** Reading configuration that somebody else wrote, in which fields have either of two spellings. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';

/** The value of a field, given as `typed_config`, that may be written `typedConfig`. */
export function member(object: JsonObject, field: string): JsonValue | undefined {
  return object[field] ?? object[camel(field)];
}

/** A cluster that something names, and where it does. */
export interface NamedCluster {
  readonly name: string;
  readonly path: string;
  readonly isForGrpc: boolean;
}

/** The clusters that a filter's configuration names: by `cluster_name`, as gRPC services do, or by `cluster`. */
export function clustersNamed(config: JsonObject, path: string): readonly NamedCluster[] {
  const found: NamedCluster[] = [];
  visit(config, path, (object, at) => {
    for (const field of ['cluster', 'cluster_name', 'clusterName']) {
      const name = object[field];
      if (typeof name !== 'string' || name === '') continue;
      found.push({ name, path: `${at}.${field}`, isForGrpc: /\.(?:envoy_grpc|envoyGrpc)$/.test(at) });
    }
  });
  return found;
}

/** Paths at which a field is true. */
export function whereTrue(config: JsonObject, field: string, path: string): readonly string[] {
  const found: string[] = [];
  visit(config, path, (object, at) => {
    for (const name of [field, camel(field)]) if (object[name] === true) found.push(`${at}.${name}`);
  });
  return found;
}

function visit(value: JsonValue | undefined, path: string, onObject: (object: JsonObject, path: string) => void): void {
  if (Array.isArray(value)) {
    value.forEach((item: JsonValue, index) => visit(item, `${path}[${index}]`, onObject));
  } else if (isJsonObject(value)) {
    onObject(value, path);
    for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`, onObject);
  }
}

function camel(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
