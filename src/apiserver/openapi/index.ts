export type { CrdFacts, CrdVersionFacts } from './crd-facts';
export { type OpenApiDocument, OpenApiDocuments } from './open-api-documents';
