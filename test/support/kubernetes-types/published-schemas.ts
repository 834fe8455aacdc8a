/**
 * What the OpenAPI documents of a server say of the types behind its kinds.
 */

/** A schema of OpenAPI v3, as far as it is read. */
export interface PublishedSchema {
  readonly properties?: Readonly<Record<string, PublishedSchema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly allOf?: readonly PublishedSchema[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
}

/** Keyed by the name in the documents: `io.k8s.api.apps.v1.Deployment`. */
export type PublishedSchemas = ReadonlyMap<string, PublishedSchema>;

/** The schemas of all documents together; the same name has the same schema in each. */
export function publishedSchemas(documents: Iterable<string>): PublishedSchemas {
  const schemas = new Map<string, PublishedSchema>();
  for (const text of documents) {
    const document = JSON.parse(text) as { components?: { schemas?: Record<string, PublishedSchema> } };
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) schemas.set(name, schema);
  }
  return schemas;
}

/** The name under which a Go type is published: `k8s.io/api/apps/v1.Deployment` is `io.k8s.api.apps.v1.Deployment`. */
export function publishedName(goType: string): string {
  const [host = '', ...rest] = goType.split('/');
  return [...host.split('.').reverse(), ...rest].join('.');
}
