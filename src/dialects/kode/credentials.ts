/**
 * Who signs in, and with what.
 *
 * A password that is given is a password that is asked for: by the proxy where there is one, else by the app itself. Neither
 * it nor anything made from it stands in a pod; the app reads it from a Secret, and doesn't start without it.
 */
import type { JsonObject } from '../../api/json';
import type { SecretModel } from '../../model/environment-model';
import type { Lookup } from '../../plan/lookup';
import { type Hold, hold } from './hold';
import type { KodeObject } from './kode';
import type { KodeTemplateSpec } from './kode-template';
import { namespaceOf } from './references';

/** Id of the Secret that is made from a Kode's user and password. */
export const AUTH_SECRET = 'auth';

/** The variable by which the apps of both types are told their password; without it they ask for none. */
export const PASSWORD_VARIABLE = 'PASSWORD';

const DEFAULT_USER = 'abc';

export interface Credentials {
  /** The user's name, as the value of an EnvVar. */
  readonly username: JsonObject;
  /** The password, as the value of an EnvVar; absent: none is asked for. */
  readonly password?: JsonObject;
  readonly secrets: readonly SecretModel[];
}

/** Name of the Secret that is made from a Kode's user and password. */
export function authSecretName(kode: KodeObject): string {
  return `${kode.metadata.name}-auth`;
}

/**
 * True where an app without a proxy asks for a password: the Kode's, unless the template gives the variable a value of its own,
 * which wins.
 */
export function appAsksForPassword({ envs = [] }: KodeTemplateSpec, { password }: Credentials): boolean {
  const given = envs.findLast(({ name }) => name === PASSWORD_VARIABLE);
  return given === undefined ? password !== undefined : given.valueFrom !== undefined || (given.value ?? '') !== '';
}

/** The credentials of a Kode. An existing Secret wins over what the Kode says, and is only ever referred to. */
export function credentialsOf(kode: KodeObject, lookup: Lookup): Credentials | Hold {
  const { existingSecret, password } = kode.spec;
  const name = [kode.spec.username, kode.spec.user].find((user) => user !== undefined && user !== '') ?? DEFAULT_USER;
  const plainName = { value: name };
  if (existingSecret !== undefined && existingSecret !== '') {
    const secret = lookup.secret({ namespace: namespaceOf(kode), name: existingSecret });
    // One that isn't there yet is taken for whole: the pod waits for it, and for each key.
    const has = (key: string): boolean => !secret.found || secret.keys.includes(key);
    if (!has('password')) {
      return hold(
        kode,
        'Invalid',
        `spec.existingSecret: Secret ${namespaceOf(kode)}/${existingSecret} has no key password: add it, or remove existingSecret`,
      );
    }
    return {
      username: has('username') ? fromSecret(existingSecret, 'username') : plainName,
      password: fromSecret(existingSecret, 'password'),
      secrets: [],
    };
  }
  if (password === undefined || password === '') return { username: plainName, secrets: [] };
  return {
    username: plainName,
    password: fromSecret(authSecretName(kode), 'password'),
    secrets: [{ id: AUTH_SECRET, data: { username: name, password } }],
  };
}

function fromSecret(name: string, key: string): JsonObject {
  return { valueFrom: { secretKeyRef: { name, key } } };
}
