/** OpenAPI for the HTTP layer. */
import type { CustomResource } from './custom-resources/custom-resource';
import { type CrdFacts, type OpenApiDocument, OpenApiDocuments } from './openapi';
import type { OpenApi, TaggedText } from './requests/path-requests';
import type { ResourceCatalogue } from './resources/catalogue';
import type { Resource } from './resources/resource';

/** The documents of everything in the catalogue. */
export function openApiOf(catalogue: ResourceCatalogue): OpenApi {
  let known: readonly CrdFacts[] | undefined;
  catalogue.onChange(() => {
    known = undefined;
  });
  const documents = new OpenApiDocuments(() => {
    known ??= catalogue.resources.filter(isCustomResource).map(crdFacts);
    return known;
  });
  return {
    v2: () => tagged(documents.v2()),
    v2Protobuf: () => ({ bytes: documents.v2Protobuf(), etag: `"${documents.v2().etag}"` }),
    v3Index: () => tagged(documents.v3Index()),
    v3: (path) => {
      const document = documents.v3(path);
      return document === undefined ? undefined : tagged(document);
    },
  };
}

function tagged({ json, etag }: OpenApiDocument): TaggedText {
  return { text: json.toString('utf8'), etag: `"${etag}"` };
}

function isCustomResource(resource: Resource): resource is CustomResource {
  return resource.isCustom && 'definition' in resource;
}

function crdFacts({ definition, group, kind, listKind, resource, namespaced }: CustomResource): CrdFacts {
  return {
    group,
    kind,
    listKind,
    plural: resource,
    namespaced,
    versions: definition.spec.versions
      .filter(({ served }) => served)
      .map(({ name, schema, subresources, selectableFields }) => ({
        name,
        schema: schema?.openAPIV3Schema ?? {},
        hasStatus: subresources?.status !== undefined,
        hasScale: subresources?.scale !== undefined,
        selectableFields: (selectableFields ?? []).map(({ jsonPath }) => jsonPath),
      })),
  };
}
