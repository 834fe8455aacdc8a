/** What discovery answers; the documents themselves are made in `discovery/`. */
export interface DiscoveryDocument {
  readonly text: string;
  readonly contentType: string;
  /** Of aggregated documents. With quotes. */
  readonly etag?: string;
}

export interface Discovery {
  /** `/api`, `/apis`, `/api/v1`, `/apis/GROUP`, `/apis/GROUP/VERSION`; undefined for any other path. */
  document(path: string, accept: string): DiscoveryDocument | undefined;
  /** Every path that has one. */
  paths(): readonly string[];
}
