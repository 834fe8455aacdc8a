/**
 * Which cluster is meant: kubeconfig files, merged as kubectl merges them, or the service account of a pod.
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { isJsonObject, type JsonObject } from '../../api/json';
import { nearestName } from '../../api/name';
import { AdrasteiaError } from '../../errors';
import { reasonOf } from './changing-file';
import type { ClusterConnection } from './connection';
import { invalid, type KubeconfigEntry, pemSource, textField } from './kubeconfig-entry';
import { readUser } from './kubeconfig-user';

/** What a process has around it that may name a cluster. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** Where the kubelet mounts a pod's account. */
  readonly serviceAccountDirectory: string;
}

/** The surroundings of this process. */
function processSurroundings(): Surroundings {
  return {
    environment: process.env,
    homeDirectory: homedir(),
    serviceAccountDirectory: '/var/run/secrets/kubernetes.io/serviceaccount',
  };
}

interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
}

interface ConnectionChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/**
 * The connection that is meant: of the kubeconfig given, else of the files in KUBECONFIG, else of `~/.kube/config`, else of
 * the pod's service account. `KubeconfigInvalid` where nothing names a cluster or a file, context, cluster or user is wrong.
 */
export function getConnection(
  choice: ConnectionChoice = {},
  surroundings: Surroundings = processSurroundings(),
): ClusterConnection {
  const connection = findConnection(choice, surroundings);
  if (connection !== undefined) return connection;
  throw invalid(
    'no cluster is named: there is no kubeconfig (KUBECONFIG, ~/.kube/config), and this is no pod with a service account',
  );
}

/** As `getConnection`, but undefined where nothing names a cluster: no file is there and this is no pod. */
export function findConnection(
  choice: ConnectionChoice = {},
  surroundings: Surroundings = processSurroundings(),
): ClusterConnection | undefined {
  const { kubeconfig, context } = choice;
  if (kubeconfig !== undefined) return connectionOf(merge([readFile(kubeconfig)]), context, kubeconfig);
  const listed = (surroundings.environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const files = (listed.length === 0 ? [join(surroundings.homeDirectory, '.kube', 'config')] : listed).filter((path) =>
    existsSync(path),
  );
  if (files.length > 0) {
    const merged = merge(files.map(readFile));
    // kubectl leaves an empty file behind when its last context is deleted.
    if (context !== undefined || merged.contexts.size > 0) return connectionOf(merged, context, files.join(delimiter));
  }
  const pod = inClusterConnection(surroundings);
  if (pod !== undefined && context !== undefined)
    throw unknownName('context', context, [], 'the service account of this pod');
  return pod;
}

/** The connection of a pod's service account; undefined outside of pods. */
function inClusterConnection({ environment, serviceAccountDirectory }: Surroundings): ClusterConnection | undefined {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = environment['KUBERNETES_SERVICE_PORT'];
  const tokenFile = join(serviceAccountDirectory, 'token');
  if (host === undefined || host === '' || port === undefined || !existsSync(tokenFile)) return undefined;
  const namespaceFile = join(serviceAccountDirectory, 'namespace');
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    context: 'in-cluster',
    namespace: existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : 'default',
    certificateAuthority: { file: join(serviceAccountDirectory, 'ca.crt') },
    insecureSkipTlsVerify: false,
    user: { tokenFile },
  };
}

function readFile(path: string): { readonly file: string; readonly content: JsonObject } {
  const file = resolve(path);
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    // The parser's text quotes lines of the file, and with them perhaps a token: only its first line names the fault alone.
    const reason =
      cause instanceof YAMLParseError
        ? `it is no YAML: ${(cause.message.split('\n')[0] ?? '').replace(/:$/, '')}`
        : reasonOf(cause);
    throw new AdrasteiaError('KubeconfigInvalid', `cannot read the kubeconfig ${path}: ${reason}`);
  }
  if (content !== null && !isJsonObject(content)) throw invalid(`the kubeconfig ${path} is no YAML mapping`);
  return { file, content: content ?? {} };
}

/** The files as one: of two entries of one name the first counts, and the first file that names a current context. */
function merge(files: readonly { readonly file: string; readonly content: JsonObject }[]): Kubeconfig {
  const entries = (list: string, member: string): ReadonlyMap<string, KubeconfigEntry> => {
    const found = new Map<string, KubeconfigEntry>();
    for (const { file, content } of files) {
      const items = content[list];
      for (const item of Array.isArray(items) ? items : []) {
        const name: unknown = isJsonObject(item) ? item['name'] : undefined;
        const fields: unknown = isJsonObject(item) ? item[member] : undefined;
        if (typeof name !== 'string') throw invalid(`the kubeconfig ${file} has an entry without a name in ${list}`);
        if (!found.has(name))
          found.set(name, { name, file, directory: dirname(file), fields: isJsonObject(fields) ? fields : {} });
      }
    }
    return found;
  };
  const current = files
    .map(({ content }) => content['current-context'])
    .find((name) => typeof name === 'string' && name !== '');
  return {
    currentContext: typeof current === 'string' ? current : undefined,
    clusters: entries('clusters', 'cluster'),
    contexts: entries('contexts', 'context'),
    users: entries('users', 'user'),
  };
}

function connectionOf(config: Kubeconfig, chosen: string | undefined, where: string): ClusterConnection {
  const contextName = chosen ?? config.currentContext;
  if (contextName === undefined)
    throw invalid(`the kubeconfig ${where} names no current context: choose one of ${quoted(config.contexts.keys())}`);
  const context = entryOf(config.contexts, 'context', contextName, where);
  const cluster = entryOf(config.clusters, 'cluster', textField(context, 'cluster') ?? '', where);
  const userName = textField(context, 'user') ?? '';
  // A context without a user asks anonymously.
  const user = userName === '' ? undefined : entryOf(config.users, 'user', userName, where);
  const { server, proxyUrl } = addressOf(cluster);
  const authority = pemSource(cluster, 'certificate-authority');
  const tlsServerName = textField(cluster, 'tls-server-name');
  const insecure = cluster.fields['insecure-skip-tls-verify'] === true;
  if (insecure && authority !== undefined) {
    throw invalid(
      `cluster ${JSON.stringify(cluster.name)} in ${cluster.file} has a certificate authority and insecure-skip-tls-verify: remove one`,
    );
  }
  return {
    server,
    context: contextName,
    namespace: textField(context, 'namespace') ?? 'default',
    insecureSkipTlsVerify: insecure,
    ...(authority === undefined ? {} : { certificateAuthority: authority }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(user === undefined ? { user: {} } : readUser(user, cluster)),
  };
}

function addressOf(cluster: KubeconfigEntry): { readonly server: string; readonly proxyUrl: string | undefined } {
  const server = textField(cluster, 'server') ?? '';
  if (!isHttpUrl(server)) {
    throw invalid(
      `cluster ${JSON.stringify(cluster.name)} in ${cluster.file} has the server ${JSON.stringify(server)}: write a URL such as https://host:6443`,
    );
  }
  const proxyUrl = textField(cluster, 'proxy-url');
  if (proxyUrl !== undefined && !isHttpUrl(proxyUrl)) {
    throw invalid(
      `cluster ${JSON.stringify(cluster.name)} in ${cluster.file} has a proxy-url that is no http or https URL: other proxies are not supported`,
    );
  }
  return { server: server.replace(/\/+$/, ''), proxyUrl };
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

function entryOf(
  entries: ReadonlyMap<string, KubeconfigEntry>,
  what: string,
  name: string,
  where: string,
): KubeconfigEntry {
  const entry = entries.get(name);
  if (entry === undefined) throw unknownName(what, name, [...entries.keys()], where);
  return entry;
}

function unknownName(what: string, name: string, known: readonly string[], where: string): AdrasteiaError {
  const near = nearestName(name, known);
  const hint =
    near === undefined
      ? `it has ${known.length === 0 ? 'none' : quoted(known)}`
      : `did you mean ${JSON.stringify(near)}?`;
  return invalid(`there is no ${what} ${JSON.stringify(name)} in ${where}: ${hint}`);
}

function quoted(names: Iterable<string>): string {
  return [...names]
    .sort()
    .map((name) => JSON.stringify(name))
    .join(', ');
}
