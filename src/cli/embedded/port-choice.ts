/** The port on which an embedded API listens. */
import { createServer } from 'node:net';
import { AdrasteiaError } from '../../errors';

/** Where an embedded API listens unless told otherwise: below the ports that systems give out by themselves. */
export const USUAL_PORT = 26_443;

/** So many ports are tried, from the usual one upwards, before any that is free is taken. */
const NEIGHBOURS = 20;

/** What is known of the port before it is chosen. */
export interface PortWishes {
  readonly host: string;
  /** The user's: this one or none. */
  readonly asked?: number;
  /** That of the run before, which kubeconfigs may still name. */
  readonly kept?: number;
}

/**
 * A port that is free now: the one asked for; else that of the run before; else the usual one or one of its neighbours; else
 * any. `PortTaken` where the one asked for isn't free.
 */
export async function choosePort({ host, asked, kept }: PortWishes): Promise<number> {
  if (asked !== undefined) {
    if (asked === 0 || (await isFree(host, asked))) return asked;
    throw portTaken(host, asked);
  }
  if (kept !== undefined && (await isFree(host, kept))) return kept;
  for (let port = USUAL_PORT; port < USUAL_PORT + NEIGHBOURS; port++) if (await isFree(host, port)) return port;
  return 0;
}

/** The error for a port on which something else listens. */
export function portTaken(host: string, port: number, cause?: unknown): AdrasteiaError {
  return new AdrasteiaError(
    'PortTaken',
    `cannot listen on ${host}:${port}: something else does: choose another port by --port, or leave it out`,
    cause === undefined ? {} : { cause },
  );
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
