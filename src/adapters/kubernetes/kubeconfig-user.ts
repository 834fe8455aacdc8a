/**
 * The users of a kubeconfig.
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 */
import { resolve } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import type { ExecPlugin, Impersonation, UserCredentials } from './connection';
import { invalid, type KubeconfigEntry, pemSource, textField } from './kubeconfig-entry';

/** The credentials of a user, and whom the user asks to be taken for. `KubeconfigInvalid` where they cannot be used. */
export function readUser(
  user: KubeconfigEntry,
  cluster: KubeconfigEntry,
): { readonly user: UserCredentials; readonly impersonation?: Impersonation } {
  if (isJsonObject(user.fields['auth-provider']) && !isJsonObject(user.fields['exec'])) {
    throw invalid(
      `user ${JSON.stringify(user.name)} in ${user.file} uses auth-provider, which Kubernetes gave up: use the provider's exec plugin`,
    );
  }
  const certificate = pemSource(user, 'client-certificate');
  const key = pemSource(user, 'client-key');
  if ((certificate === undefined) !== (key === undefined)) {
    throw invalid(
      `user ${JSON.stringify(user.name)} in ${user.file} has only one of client-certificate and client-key`,
    );
  }
  const exec = isJsonObject(user.fields['exec']) ? readPlugin(user, user.fields['exec'], cluster) : undefined;
  const token = textField(user, 'token');
  const tokenFile = textField(user, 'tokenFile');
  const username = textField(user, 'username');
  const password = textField(user, 'password');
  const impersonation = readImpersonation(user);
  return {
    user: {
      ...(token === undefined ? {} : { token }),
      ...(tokenFile === undefined ? {} : { tokenFile: resolve(user.directory, tokenFile) }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(certificate === undefined ? {} : { certificate }),
      ...(key === undefined ? {} : { key }),
      ...(exec === undefined ? {} : { exec }),
    },
    ...(impersonation === undefined ? {} : { impersonation }),
  };
}

function readImpersonation(user: KubeconfigEntry): Impersonation | undefined {
  const as = textField(user, 'as');
  if (as === undefined) return undefined;
  const uid = textField(user, 'as-uid');
  return { user: as, groups: texts(user.fields['as-groups']), ...(uid === undefined ? {} : { uid }) };
}

function readPlugin(user: KubeconfigEntry, exec: JsonObject, cluster: KubeconfigEntry): ExecPlugin {
  const { apiVersion, command, interactiveMode } = exec;
  const complain = (problem: string): Error =>
    invalid(`the exec plugin of user ${JSON.stringify(user.name)} in ${user.file} ${problem}`);
  if (apiVersion !== 'client.authentication.k8s.io/v1' && apiVersion !== 'client.authentication.k8s.io/v1beta1') {
    throw complain(
      `has the apiVersion ${JSON.stringify(apiVersion ?? '')}: client.authentication.k8s.io/v1 and v1beta1 are known`,
    );
  }
  if (typeof command !== 'string' || command === '') throw complain('has no command');
  const mode = interactiveMode ?? 'IfAvailable';
  if (mode !== 'Never' && mode !== 'IfAvailable' && mode !== 'Always') {
    throw complain(`has the interactiveMode ${JSON.stringify(mode)}: Never, IfAvailable and Always are known`);
  }
  const clusterConfig = pluginConfig(cluster);
  return {
    apiVersion,
    // A path is relative to the kubeconfig; a bare name is found in PATH.
    command: /[/\\]/.test(command) ? resolve(user.directory, command) : command,
    args: texts(exec['args']),
    env: Object.fromEntries(
      list(exec['env'])
        .filter(isJsonObject)
        .flatMap(({ name, value }) =>
          typeof name === 'string' ? [[name, typeof value === 'string' ? value : '']] : [],
        ),
    ),
    provideClusterInfo: exec['provideClusterInfo'] === true,
    interactiveMode: mode,
    ...(typeof exec['installHint'] === 'string' && exec['installHint'] !== ''
      ? { installHint: exec['installHint'] }
      : {}),
    ...(clusterConfig === undefined ? {} : { clusterConfig }),
  };
}

/** What a cluster entry says to plugins. */
function pluginConfig(cluster: KubeconfigEntry): JsonValue | undefined {
  const extension = list(cluster.fields['extensions'])
    .filter(isJsonObject)
    .find(({ name }) => name === 'client.authentication.k8s.io/exec');
  return extension?.['extension'];
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function texts(value: JsonValue | undefined): readonly string[] {
  return list(value).filter((item): item is string => typeof item === 'string');
}
