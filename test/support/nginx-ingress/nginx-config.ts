/**
 * The configuration of a plain nginx that does what Ingress objects ask: hosts, paths, the rewriting annotations of the nginx
 * ingress controller, websockets, long connections. Pure: objects in, text out, the same text whatever order they come in.
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/api/json';
import { type KubeObject, valueAt } from '../../../src/api/object';

/** What is read of the cluster. */
export interface RoutedObjects {
  readonly ingresses: readonly KubeObject[];
  readonly services: readonly KubeObject[];
  readonly endpointSlices: readonly KubeObject[];
}

/** Where nginx listens, and where it keeps its files. */
export interface NginxSettings {
  readonly address: string;
  readonly port: number;
  /** A folder of its own. */
  readonly folder: string;
  /** Ingresses of other classes are passed over. */
  readonly ingressClassName: string;
  /** Files of the certificate and its key; with them everything is served by TLS, and nothing without. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** One `location` of a host: what it matches, in nginx's words, and what it does. */
interface Location {
  readonly match: string;
  readonly lines: readonly string[];
}

/** The whole of nginx.conf. */
export function nginxConfig(objects: RoutedObjects, settings: NginxSettings): string {
  const { address, port, folder, tls } = settings;
  const listen = `${address}:${port}${tls === undefined ? '' : ' ssl'}`;
  const hosts = locationsByHost(objects, settings.ingressClassName);
  return [
    'worker_processes 1;',
    'daemon off;',
    `pid ${folder}/nginx.pid;`,
    'error_log stderr warn;',
    'events { worker_connections 4096; }',
    'http {',
    '  access_log off;',
    '  server_tokens off;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${folder}/${name};`),
    '  server_names_hash_bucket_size 256;',
    ...(tls === undefined ? [] : [`  ssl_certificate ${tls.certificate};`, `  ssl_certificate_key ${tls.key};`]),
    '  map $http_upgrade $connection_upgrade { default upgrade; "" ""; }',
    ...server('_', [{ match: '/', lines: ['return 404;'] }], `${listen} default_server`),
    ...[...hosts].flatMap(([host, locations]) => server(host, locations, listen)),
    '}',
    '',
  ].join('\n');
}

function server(name: string, locations: readonly Location[], listen: string): readonly string[] {
  return [
    '  server {',
    `    listen ${listen};`,
    `    server_name ${name};`,
    '    client_max_body_size 0;',
    ...locations.flatMap(({ match, lines }) => [
      `    location ${match} {`,
      ...lines.map((line) => `      ${line}`),
      '    }',
    ]),
    '  }',
  ];
}

function locationsByHost(objects: RoutedObjects, className: string): ReadonlyMap<string, readonly Location[]> {
  const hosts = new Map<string, Location[]>();
  const ingresses = objects.ingresses
    .filter((ingress) => valueAt(ingress, ['spec', 'ingressClassName']) === className)
    .sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
  for (const ingress of ingresses) {
    for (const rule of objectsAt(ingress, ['spec', 'rules'])) {
      const host = typeof rule['host'] === 'string' ? rule['host'] : '""';
      const locations = hosts.get(host) ?? [];
      const paths = isJsonObject(rule['http']) ? rule['http']['paths'] : undefined;
      for (const path of Array.isArray(paths) ? paths.filter(isJsonObject) : []) {
        locations.push(...locationsOf(ingress, path, objects));
      }
      hosts.set(host, locations);
    }
  }
  return hosts;
}

function locationsOf(ingress: KubeObject, path: JsonObject, objects: RoutedObjects): Location[] {
  const wanted = typeof path['path'] === 'string' ? path['path'] : '/';
  const addresses = backendAddresses(ingress, path, objects);
  const target = proxying(addresses);
  const annotations = ingress.metadata.annotations ?? {};
  if (annotations['nginx.ingress.kubernetes.io/use-regex'] === 'true') {
    const rewritten = annotations['nginx.ingress.kubernetes.io/rewrite-target'];
    // After a rewrite that ends rewriting, nginx would pass over the return.
    const rewrite =
      rewritten === undefined || addresses.length === 0 ? [] : [`rewrite "^${wanted}" ${rewritten} break;`];
    return [{ match: `~ "^${wanted}"`, lines: [...rewrite, ...target] }];
  }
  if (path['pathType'] === 'Exact') return [{ match: `= ${wanted}`, lines: target }];
  const prefix = wanted.replace(/\/+$/, '');
  if (prefix === '') return [{ match: '/', lines: target }];
  // A prefix ends where a path element does: `/a` is not before `/ab`.
  return [
    { match: `= ${prefix}`, lines: target },
    { match: `${prefix}/`, lines: target },
  ];
}

/** Lines that hand a request to the ready pods of a Service; without one, 503 as ingress controllers answer. */
function proxying([first]: readonly string[]): readonly string[] {
  if (first === undefined) return ['return 503;'];
  return [
    `proxy_pass http://${first};`,
    'proxy_http_version 1.1;',
    'proxy_set_header Host $http_host;',
    'proxy_set_header Upgrade $http_upgrade;',
    'proxy_set_header Connection $connection_upgrade;',
    'proxy_set_header X-Real-IP $remote_addr;',
    'proxy_set_header X-Forwarded-For $remote_addr;',
    'proxy_set_header X-Forwarded-Host $http_host;',
    'proxy_set_header X-Forwarded-Proto $scheme;',
    'proxy_buffering off;',
    'proxy_request_buffering off;',
    'proxy_read_timeout 3600s;',
    'proxy_send_timeout 3600s;',
  ];
}

function backendAddresses(ingress: KubeObject, path: JsonObject, objects: RoutedObjects): readonly string[] {
  const namespace = ingress.metadata.namespace;
  const backend = isJsonObject(path['backend']) ? path['backend']['service'] : undefined;
  if (!isJsonObject(backend)) return [];
  const wanted = isJsonObject(backend['port']) ? backend['port'] : {};
  const service = objects.services.find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === backend['name'],
  );
  if (service === undefined) return [];
  const servicePort = objectsAt(service, ['spec', 'ports']).find((port) =>
    wanted['name'] === undefined ? port['port'] === wanted['number'] : port['name'] === wanted['name'],
  );
  if (servicePort === undefined) return [];
  return objects.endpointSlices
    .filter(
      ({ metadata }) =>
        metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === backend['name'],
    )
    .flatMap((slice) => {
      const port = objectsAt(slice, ['ports']).find((item) => (item['name'] ?? '') === (servicePort['name'] ?? ''));
      const ready = objectsAt(slice, ['endpoints']).filter(
        ({ conditions }) => isJsonObject(conditions) && conditions['ready'] === true,
      );
      const number = port?.['port'];
      if (typeof number !== 'number') return [];
      return ready.flatMap(({ addresses }) =>
        Array.isArray(addresses) ? addresses.map((address) => `${String(address)}:${number}`) : [],
      );
    })
    .sort();
}

function objectsAt(object: KubeObject, path: readonly string[]): readonly JsonObject[] {
  const value = valueAt(object, path);
  return Array.isArray(value) ? (value as JsonValue[]).filter(isJsonObject) : [];
}

function identity({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
