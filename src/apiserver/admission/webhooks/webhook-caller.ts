/** Reaches webhooks. */
import type { JsonObject } from '../../../api/json';

/** A webhook that didn't answer, or not with an admission review; the message is told to the client. */
export class WebhookCallFailed extends Error {
  override readonly name = 'WebhookCallFailed';
}

export interface WebhookCall {
  /** The webhook's `clientConfig`: `url` or `service`, and `caBundle`. */
  readonly clientConfig: JsonObject;
  readonly review: JsonObject;
  readonly timeoutSeconds: number;
}

export interface WebhookCaller {
  /**
   * The object that the webhook answers.
   * @throws WebhookCallFailed in the words of the real server.
   */
  call(call: WebhookCall): Promise<JsonObject>;
}
