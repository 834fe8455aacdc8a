/**
 * Something outside Kubernetes that plans ask to exist, to be told, or to be observed. One adapter each, by name.
 */
import type { JsonValue } from '../api/json';

export interface ExternalSystem {
  /** Makes the thing be as `spec` says; called again whenever `spec` changes and at times in between. Gives its state. */
  ensure?(key: string, spec: JsonValue): Promise<JsonValue>;
  /**
   * Takes back a thing that is no longer asked for; one that isn't there is no error. `spec` is what a teardown says of it;
   * absent where only the inventory knows of the thing.
   */
  release?(key: string, spec?: JsonValue): Promise<void>;
  /**
   * Does a one-shot, whose key is in the ledger by then. Gives why it surely wasn't done, if so: it is done later. Whatever is
   * thrown means that it may have been done, so it isn't tried again.
   */
  perform?(key: string, action: JsonValue): Promise<NotDone | undefined>;
  /** Answers an observation. */
  observe?(query: JsonValue): Promise<JsonValue>;
  /** Milliseconds after which an observation or an ensured thing is looked at again; `state` is what `ensure` gave. */
  refreshMs(state?: JsonValue): number;
}

/** Why a one-shot surely wasn't done. */
export interface NotDone {
  readonly notDone: string;
}
