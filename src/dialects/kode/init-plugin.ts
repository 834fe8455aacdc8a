/**
 * Init plugins: containers that run in order before the app and may change its home. Templates and Kodes list them alike.
 */
import { Type } from '@sinclair/typebox';
import { ENV_FROM_SOURCE, ENV_VAR, VOLUME_MOUNT } from '../../schema/core';
import { EXPLAIN, type Typed } from '../../schema/keywords';

/** Longest name of a plugin: its container is called `init-plugin-<name>`, which is a DNS label. */
const PLUGIN_NAME_MAX = 51;

/** One plugin. `envVars` and `env` are one field under two names, of an earlier and a later release; both count. */
export const INIT_PLUGIN = Type.Object({
  name: Type.String({
    minLength: 1,
    maxLength: PLUGIN_NAME_MAX,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    [EXPLAIN]: 'lower-case letters, digits and dashes, with a letter or digit at both ends',
    description:
      'Name of the plugin; its container is called init-plugin-<name>. A name may stand once in template and Kode together.',
  }),
  image: Type.String({ minLength: 1, description: 'Container image that is run.' }),
  command: Type.Optional(Type.Array(Type.String(), { description: "Replaces the image's entry point." })),
  args: Type.Optional(Type.Array(Type.String(), { description: "Replaces the image's arguments." })),
  envVars: Type.Optional(
    Type.Array(ENV_VAR, {
      description: 'Environment variables, in the spelling of earlier releases. HOME and WORKSPACE are set already.',
    }),
  ),
  env: Type.Optional(
    Type.Array(ENV_VAR, {
      description: 'Environment variables, after those of envVars. HOME and WORKSPACE are set already.',
    }),
  ),
  envFrom: Type.Optional(
    Type.Array(ENV_FROM_SOURCE, { description: 'ConfigMaps and Secrets whose keys become environment variables.' }),
  ),
  volumeMounts: Type.Optional(
    Type.Array(VOLUME_MOUNT, {
      description:
        'Further mounts of the home volume, which is called kode-storage and is mounted at the home already.',
    }),
  ),
});
export type InitPlugin = Typed<typeof INIT_PLUGIN>;
