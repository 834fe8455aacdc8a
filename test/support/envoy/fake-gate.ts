/**
 * A stand-in for the gate: real discovery, and an authoriser that answers what a test tells it to. Sidecars ask it by the same
 * protocols as the gate.
 */

import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { systemClock } from '../../../src/adapters/system-clock';
import { type CheckRequest, readCheckRequest } from '../../../src/programs/gate/authorization/ext-authz/check-request';
import { writeCheckResponse } from '../../../src/programs/gate/authorization/ext-authz/check-response';
import { DiscoveryServer } from '../../../src/programs/gate/discovery/discovery-server';
import type { Answer } from '../../../src/programs/gate/request';
import { AUTHORIZATION_SERVICE } from './authorization-service';

export const LETS_EVERYBODY_IN: Answer = { outcome: 'Allowed', toApp: [], notToApp: [], toBrowser: [] };

export const LETS_NOBODY_IN: Answer = {
  outcome: 'Answered',
  status: 403,
  headers: [{ name: 'content-type', value: 'text/plain' }],
  body: 'not you\n',
};

export interface FakeGatePorts {
  readonly authorization: number;
  readonly discovery: number;
}

/** A gate that can be started again with the same ports. */
export class FakeGate {
  /** What it was asked, in order. */
  readonly asked: CheckRequest[] = [];
  answer: Answer | 'Nonsense' | 'Nothing' = LETS_EVERYBODY_IN;
  /** How often sidecars have asked for configuration. */
  polls = 0;

  private constructor(
    readonly discovery: DiscoveryServer,
    /** What sidecars have refused. */
    readonly rejections: readonly string[],
    private readonly servers: { readonly grpc: Server; readonly http: HttpServer },
    readonly ports: FakeGatePorts,
  ) {}

  /** Starts it; `prepare` tells discovery what there is before it answers. */
  static async start(prepare: (discovery: DiscoveryServer) => void, ports?: FakeGatePorts): Promise<FakeGate> {
    const rejections: string[] = [];
    const discovery = new DiscoveryServer({
      clock: systemClock,
      onRejected: (environment, message) => rejections.push(`${environment}: ${message}`),
      onAccepted: () => undefined,
    });
    prepare(discovery);
    discovery.open();
    const holder: { gate?: FakeGate } = {};
    const http = createServer((request, response) => {
      if (holder.gate !== undefined) holder.gate.polls += 1;
      if (!discovery.answer(request, response)) response.writeHead(404).end();
    });
    http.listen(ports?.discovery ?? 0, '127.0.0.1');
    await once(http, 'listening');
    const grpc = new Server();
    grpc.addService(AUTHORIZATION_SERVICE, {
      Check: (call: { readonly request: Buffer }, callback: (error: null, response: Buffer) => void) => {
        const { gate } = holder;
        gate?.asked.push(readCheckRequest(call.request));
        const answer = gate?.answer ?? LETS_NOBODY_IN;
        if (answer === 'Nothing') return;
        callback(null, answer === 'Nonsense' ? Buffer.from('nonsense') : Buffer.from(writeCheckResponse(answer)));
      },
    });
    const authorization = await new Promise<number>((resolve, reject) => {
      grpc.bindAsync(`127.0.0.1:${ports?.authorization ?? 0}`, ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    const gate = new FakeGate(
      discovery,
      rejections,
      { grpc, http },
      {
        authorization,
        discovery: (http.address() as AddressInfo).port,
      },
    );
    holder.gate = gate;
    return gate;
  }

  async stop(): Promise<void> {
    this.servers.grpc.forceShutdown();
    this.discovery.close();
    const closed = once(this.servers.http, 'close');
    this.servers.http.close();
    this.servers.http.closeAllConnections();
    await closed;
  }
}
