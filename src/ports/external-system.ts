/**
 * Something outside Kubernetes that plans ask to exist, to be told, or to be observed. One adapter each, by name.
 */
import type { JsonValue } from '../api/json';

export interface ExternalSystem {
  /** Makes the thing be as `spec` says; called again whenever `spec` changes and at times in between. Gives its state. */
  ensure?(key: string, spec: JsonValue): Promise<JsonValue>;
  /** Takes back a thing that is no longer asked for. */
  release?(key: string): Promise<void>;
  /** Does a one-shot. Called at most once for a key that is in the ledger. */
  perform?(key: string, action: JsonValue): Promise<void>;
  /** Answers an observation. */
  observe?(query: JsonValue): Promise<JsonValue>;
  /** Milliseconds after which an observation or an ensured thing is looked at again. */
  readonly refreshMs: number;
}
