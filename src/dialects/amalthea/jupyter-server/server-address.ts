/**
 * Where browsers open a server, from its routing.
 */
import type { Problem } from '../../../api/problem';
import type { EntryModel } from '../../../model/environment-model';
import type { JupyterServerSpec } from './jupyter-server';

/** A DNS name, such as `sessions.example.org`. */
const HOST = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Characters of a path segment, RFC 3986, without escapes: what is escaped here would be read otherwise elsewhere. */
const SEGMENT = /^[A-Za-z0-9._~!$&'()*+,;=:@-]+$/;

/** An address, taken apart. */
export interface ServerAddress {
  /** Scheme and host: `https://sessions.example.org`. */
  readonly origin: string;
  /** Starts with a slash, and ends with one only where it is `/`. */
  readonly path: string;
}

/** The address of a server; undefined where it has no host. */
export function serverAddress({ routing }: JupyterServerSpec): ServerAddress | undefined {
  const host = routing?.host ?? '';
  if (host === '') return undefined;
  const scheme = routing?.tls?.enabled === true ? 'https' : 'http';
  return { origin: `${scheme}://${host}`, path: serverPath(routing?.path) };
}

/** The URL that clients read in status: without a slash at its end. */
export function fullServerUrl({ origin, path }: ServerAddress): string {
  return path === '/' ? origin : `${origin}${path}`;
}

/** A path below the server's own, which may be `/`: `pathBelow('/x', 'api')` is `/x/api`. */
export function pathBelow(path: string, below: string): string {
  return `${path === '/' ? '' : path}/${below}`;
}

/** What is wrong with a server's routing. */
export function routingProblems({ routing }: JupyterServerSpec): readonly Problem[] {
  const host = routing?.host ?? '';
  const path = serverPath(routing?.path);
  const annotations = Object.entries(routing?.ingressAnnotations ?? {});
  const segments = path === '/' ? [] : path.slice(1).split('/');
  return [
    ...(HOST.test(host)
      ? []
      : [
          {
            path: 'spec.routing.host',
            message:
              host === ''
                ? 'is missing: give the host name that the server is opened at'
                : `must be a host name without scheme and port, such as sessions.example.org, not ${JSON.stringify(host)}`,
          },
        ]),
    ...(segments.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')
      ? []
      : [
          {
            path: 'spec.routing.path',
            message: `must be a plain path such as /sessions/thesis, not ${JSON.stringify(routing?.path)}`,
          },
        ]),
    ...annotations.flatMap(([name, value]) =>
      typeof value === 'string'
        ? []
        : [
            {
              path: `spec.routing.ingressAnnotations[${name}]`,
              message: `must be a text: write ${JSON.stringify(JSON.stringify(value))}`,
            },
          ],
    ),
  ];
}

/** The entry of a server whose routing has no problems. */
export function entryOf({ routing }: JupyterServerSpec): EntryModel {
  const secretName = routing?.tls?.secretName ?? '';
  return {
    host: routing?.host ?? '',
    path: serverPath(routing?.path),
    basePath: 'Keep',
    annotations: (routing?.ingressAnnotations ?? {}) as Readonly<Record<string, string>>,
    ...(routing?.tls?.enabled === true ? { tls: secretName === '' ? {} : { secretName } } : {}),
  };
}

function serverPath(given = '/'): string {
  const path = given.replace(/\/+$/, '');
  return path === '' || path.startsWith('/') ? path || '/' : `/${path}`;
}
