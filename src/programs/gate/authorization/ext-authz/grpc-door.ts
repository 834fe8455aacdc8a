/**
 * ext_authz over gRPC: the door by which sidecars ask. What can't be read is answered with a refusal.
 * @see https://www.envoyproxy.io/docs/envoy/v1.36.2/api-v3/service/auth/v3/external_auth.proto
 */
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { CONTEXT } from '../../../../access/envoy/sidecar-names';
import type { Logger } from '../../../../ports/logger';
import { errorKeys } from '../../../error-keys';
import type { Answer } from '../../request';
import type { Checks } from '../asker';
import { refusal } from '../refusal';
import { AUTHORIZATION_SERVICE } from './authorization-service';
import { readCheckRequest } from './check-request';
import { writeCheckResponse } from './check-response';
import { gateRequest, UNREADABLE } from './gate-request';

/** More than the headers that Envoy takes. */
const LARGEST_MESSAGE_BYTES = 512 * 1024;
/** Sidecars connect anew from time to time, so that new replicas get their share. */
const CONNECTION_AGE_MS = 10 * 60_000;
/** How long checks that are under way may take to end. */
const GRACE_MS = 5000;

export class GrpcDoor {
  readonly #checks: Checks;
  readonly #log: Logger;
  readonly #server = new Server({
    'grpc.max_receive_message_length': LARGEST_MESSAGE_BYTES,
    'grpc.max_connection_age_ms': CONNECTION_AGE_MS,
    'grpc.max_connection_age_grace_ms': GRACE_MS,
    'grpc.max_concurrent_streams': 1024,
    // Of a node that is gone nobody says goodbye.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.enable_channelz': 0,
  });

  constructor(checks: Checks, log: Logger) {
    this.#checks = checks;
    this.#log = log;
    this.#server.addService(AUTHORIZATION_SERVICE, {
      Check: (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): void => {
        void this.#respond(call.request, respond);
      },
    });
  }

  /** Listens, and gives the port: that asked for, or any that is free for 0. */
  async listen(port: number, host: string): Promise<number> {
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
  }

  /** Ends when the checks under way are answered, or after a grace. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        this.#server.forceShutdown();
        resolve();
      }, GRACE_MS);
      this.#server.tryShutdown(() => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  async #respond(message: Buffer, respond: sendUnaryData<Buffer>): Promise<void> {
    try {
      respond(null, Buffer.from(writeCheckResponse(await this.#answer(message))));
    } catch (error) {
      this.#log.error('check not answered', errorKeys(error));
      respond({ code: status.INTERNAL, details: 'the check failed' });
    }
  }

  async #answer(message: Buffer): Promise<Answer> {
    let check: ReturnType<typeof readCheckRequest>;
    try {
      check = readCheckRequest(message);
    } catch (error) {
      this.#log.warn('check not readable', errorKeys(error));
      return refusal(UNREADABLE, { reason: 'RequestUnclear', access: undefined });
    }
    const { [CONTEXT.environment]: environment = '', [CONTEXT.configuration]: configuration } = check.contextExtensions;
    return this.#checks.check({ environment, configuration }, gateRequest(check));
  }
}
