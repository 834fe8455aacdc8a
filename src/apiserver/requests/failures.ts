/** Failures as answers, in the encoding that the client would have had its object in. */
import type { JsonObject } from '../../api/json';
import { protobufOf } from '../kubernetes';
import type { StatusError } from '../status-error';
import type { Exchange } from './exchange';
import { failureEncoding } from './media-types';
import { sendEncoded } from './read-requests';
import { encode } from './representation';
import { wantsPretty } from './resource-request';

/** Answers with a failure; nothing may have been sent yet. */
export async function sendFailure(exchange: Exchange, { status }: StatusError): Promise<void> {
  const seconds = status.details?.retryAfterSeconds;
  if (seconds !== undefined) exchange.response.setHeader('retry-after', String(seconds));
  const value = status as unknown as JsonObject;
  const wanted = failureEncoding(exchange.header('accept'));
  const encoding = wanted === 'protobuf' && protobufOf(value) === undefined ? 'json' : wanted;
  await sendEncoded(exchange, status.code, encode(value, { encoding, isPretty: wantsPretty(exchange) }), encoding);
}
