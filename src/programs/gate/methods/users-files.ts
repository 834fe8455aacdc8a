/** What an environment's Secret says of its users, read once for each version of it. */
import type { EnvironmentAccess } from '../../../access/environment-access';

import { secretOf } from './secret-of';
import type { SecretText, WatchedSecrets } from './watched-secrets';

interface Users {
  readonly isEmpty: boolean;
  readonly problems: readonly string[];
}

export type UsersState<File> =
  | { readonly state: 'Known'; readonly file: File }
  | { readonly state: 'Unavailable'; readonly message: string };

export class UsersFiles<File extends Users> {
  readonly #secrets: WatchedSecrets;
  readonly #read: (data: SecretText) => File;
  readonly #files = new WeakMap<SecretText, File>();

  constructor(secrets: WatchedSecrets, read: (data: SecretText) => File) {
    this.#secrets = secrets;
    this.#read = read;
  }

  /** The users of an environment, or why nobody can be let in by them. */
  of(access: EnvironmentAccess): UsersState<File> {
    const name = secretOf(access);
    if (name === undefined) return unavailable('its access names no Secret with its users');
    const secret = this.#secrets.stateOf(name);
    if (secret.state !== 'Read') {
      return unavailable(
        secret.state === 'Missing'
          ? `there is no Secret "${name.name}" in its namespace`
          : `Secret "${name.name}" is not read yet`,
      );
    }
    const file = this.#fileOf(secret.data);
    if (!file.isEmpty) return { state: 'Known', file };
    return unavailable(`Secret "${name.name}" names no user that can be used: ${file.problems.join('; ')}`);
  }

  #fileOf(data: SecretText): File {
    const known = this.#files.get(data);
    if (known !== undefined) return known;
    const file = this.#read(data);
    this.#files.set(data, file);
    return file;
  }
}

function unavailable(why: string): UsersState<never> {
  return { state: 'Unavailable', message: `Nobody can sign in: ${why}.` };
}
