/** A request to an environment, as its sidecar tells the gate of it, and what the gate answers. */
import type { EnvironmentAccess } from '../../access/environment-access';

export interface GateRequest {
  readonly method: string;
  /** `Host` as the browser sent it, in lower case. */
  readonly host: string;
  /** Path and query, normalised by the sidecar. */
  readonly path: string;
  /** By lower-case name; values of repeated headers are joined as HTTP says. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address of the client as the entry's controller saw it. */
  readonly sourceAddress: string;
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** What becomes of a request. */
export type Answer =
  | {
      readonly outcome: 'Allowed';
      /** Headers that the app is given, in the place of those of the same name. */
      readonly toApp: readonly Header[];
      /** Names of headers that the app isn't given. */
      readonly notToApp: readonly string[];
      /** Headers of the app's answer that are added on the way back, such as a renewed cookie. */
      readonly toBrowser: readonly Header[];
    }
  | {
      /** The gate answers itself: a redirect, a page, a refusal. */
      readonly outcome: 'Answered';
      readonly status: number;
      readonly headers: readonly Header[];
      readonly body: string;
    };

/** The environments that the gate knows, kept by a watch. */
export interface AccessIndex {
  /** By `namespace/name`; undefined where there is none, or where it is being deleted. */
  find(environment: string): EnvironmentAccess | undefined;
}
