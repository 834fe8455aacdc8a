/**
 * The webhook that asks the quota, beside the controller and not a program of its own: it answers by the controller's plans from the
 * controller's caches, which would have to be kept a second time elsewhere. Every replica answers, since a standby's caches are as
 * fresh.
 *
 * Order: the certificate, then listening; from then on the certificate is looked after every minute, and a new one is taken into use
 * while the server goes on.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type JsonValue } from '../../api/json';
import type { Clock } from '../../ports/clock';
import type { Cluster } from '../../ports/cluster';
import type { Logger } from '../../ports/logger';
import { QUOTA_WEBHOOK_PATH } from '../../tenancy/quota-webhook';
import { currentCertificate, type ServedCertificate } from './certificates';
import { type Preview, quotaReview } from './quota-review';

export interface QuotaWebhookOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly preview: Preview;
  /** Where the Secret with the certificate is kept. */
  readonly namespace: string;
  /** Names and addresses under which the API server calls. */
  readonly hosts: readonly string[];
  /** Name of the Secret and of the configuration. Default `adrasteia-quota`. */
  readonly name?: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** How often the certificate is looked after. */
const LOOK_MS = 60_000;
/** What an API server sends at most. */
const BODY_MAX = 8 * 1024 * 1024;

export class QuotaWebhook {
  private server: Server | undefined;
  private served: ServedCertificate | undefined;
  private cancelLook: () => void = () => undefined;
  private closed = false;

  constructor(private readonly options: QuotaWebhookOptions) {}

  /**
   * Begins; resolves when the server listens, which is once there is a certificate. Until then, and while it is down, the API server
   * lets everything pass, and environments wait for room where there is none.
   */
  async start(): Promise<void> {
    await this.look();
  }

  /** The port on which it listens; undefined before. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelLook();
    const { server } = this;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  }

  /** Looks after the certificate once, and again later. What fails is repeated, and holds up nothing else. */
  async look(): Promise<void> {
    const { clock, log } = this.options;
    this.cancelLook();
    try {
      const certificate = await currentCertificate(this.options, new Date(clock.now()));
      if (!this.closed) await this.serveWith(certificate);
    } catch (error) {
      log.error('certificate of the webhook not looked after', {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
    if (!this.closed)
      this.cancelLook = clock.schedule(LOOK_MS, () => {
        void this.look();
      });
  }

  private async serveWith(certificate: ServedCertificate): Promise<void> {
    if (this.served?.certificate === certificate.certificate) return;
    const context = { cert: certificate.certificate, key: certificate.key, minVersion: 'TLSv1.2' as const };
    if (this.server === undefined)
      await this.listen(createServer(context, (request, response) => void this.answer(request, response)));
    else this.server.setSecureContext(context);
    this.served = certificate;
    this.options.log.info('webhook serves with a certificate', { port: this.port });
  }

  private async listen(server: Server): Promise<void> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.server = server;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = request.url?.split('?')[0] === QUOTA_WEBHOOK_PATH ? await bodyOf(request) : undefined;
      const review = body === undefined ? undefined : quotaReview(body, this.options.preview);
      if (review === undefined) response.writeHead(400).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(review));
    } catch (error) {
      this.options.log.error('webhook failed', { reason: error instanceof Error ? error.message : String(error) });
      // The API server lets pass what isn't answered.
      response.writeHead(500).end();
    }
  }
}

/** The body as JSON; undefined where it is none, or too long. */
async function bodyOf(request: IncomingMessage): Promise<JsonValue | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_MAX) return undefined;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
