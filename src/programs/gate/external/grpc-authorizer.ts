/** An authoriser that is asked by gRPC as Envoy asks: envoy.service.auth.v3.Authorization. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { CHECK, NO_METADATA } from '../authorization/ext-authz/authorization-service';
import { writeCheckRequest } from '../authorization/ext-authz/check-request';
import { readVerdict } from '../authorization/ext-authz/check-response';
import { askedAttributes } from './asked-attributes';
import { type ExternalFailure, type ExternalQuestion, type ExternalVerdict, unavailable } from './external-authorizer';
import type { AskingOptions, SocketAddress } from './service-address';

const LARGEST_MESSAGE_BYTES = 64 * 1024;

/** Asks authorisers, over one connection to each. */
export class GrpcAuthorizers {
  readonly #clients = new Map<string, Client>();

  /** Asks once. Never throws. */
  async ask(question: ExternalQuestion, { address, timeoutMs }: AskingOptions): Promise<ExternalVerdict> {
    const client = this.#clientOf(address);
    const message = Buffer.from(writeCheckRequest(askedAttributes(question)));
    return new Promise((resolve) => {
      client.makeUnaryRequest(
        CHECK.path,
        CHECK.requestSerialize,
        CHECK.responseDeserialize,
        message,
        NO_METADATA,
        { deadline: Date.now() + timeoutMs },
        (error, answer) => resolve(error === null ? verdictOf(answer) : unavailable(failureOf(error))),
      );
    });
  }

  /** Ends the connection to an authoriser. */
  forget(address: SocketAddress): void {
    const target = targetOf(address);
    this.#clients.get(target)?.close();
    this.#clients.delete(target);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #clientOf(address: SocketAddress): Client {
    const target = targetOf(address);
    const known = this.#clients.get(target);
    if (known !== undefined) return known;
    const client = new Client(target, credentials.createInsecure(), {
      'grpc.enable_http_proxy': 0,
      'grpc.enable_channelz': 0,
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
      'grpc.max_receive_message_length': LARGEST_MESSAGE_BYTES,
      // A new pod answers soon after it is there, not after two minutes.
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.min_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 5000,
    });
    this.#clients.set(target, client);
    return client;
  }
}

function targetOf({ host, port }: SocketAddress): string {
  return `dns:///${host}:${port}`;
}

function verdictOf(answer: Buffer | undefined): ExternalVerdict {
  try {
    return readVerdict(answer ?? Buffer.alloc(0)) === 'Allowed'
      ? { verdict: 'Allowed', toApp: [] }
      : { verdict: 'Denied' };
  } catch {
    return unavailable('Nonsense');
  }
}

function failureOf({ code }: ServiceError): ExternalFailure {
  switch (code) {
    case status.DEADLINE_EXCEEDED:
      return 'Timeout';
    case status.UNAVAILABLE:
      return 'Unreachable';
    case status.RESOURCE_EXHAUSTED:
      return 'TooLarge';
    default:
      return 'Failed';
  }
}
