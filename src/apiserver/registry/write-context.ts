/** What the write path must know of the request it serves. */
import type { JsonObject } from '../../api/json';
import type { UserInfo } from '../authentication/authenticator';

export interface WriteContext {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Whom fields belong to: the `fieldManager` parameter, else the beginning of the user agent. */
  readonly fieldManager: string;
  /** The version that the request is made in. */
  readonly version: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** The request's options, as admission sees them. */
  readonly options: JsonObject;
  /** Adds a text to the answer's `Warning` headers; the same text once. */
  readonly warn: (text: string) => void;
  /** Throws `StatusError` 403 where the user may not create the object that an update finds missing. */
  readonly authorizeCreate: () => void;
}
