/**
 * What a template says of one container, and of the programs that run before and beside it.
 */
import { Optional as optional, Type } from '@sinclair/typebox';
import {
  ENV_FROM_SOURCE,
  ENV_VAR,
  KEY_TO_PATH,
  LOCAL_OBJECT_REFERENCE,
  PROBE,
  QUANTITY_PATTERN,
  quantity,
  resourceRequirements,
} from '../../src/schema/core';
import { EXPLAIN, listAtomic, listMap, stringEnum, UNIT, withRules } from '../../src/schema/keywords';

/** The presets, by name. What each fills in is in `constructs/environment/presets.ts`. */
export const PRESET_NAMES = ['code-server', 'jupyterlab', 'webtop'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** A quantity, or a text that becomes one once the parameters are filled in. */
export const PARAMETERISED_QUANTITY = quantity({
  pattern: `${QUANTITY_PATTERN}|\\$\\(params\\.`,
  [EXPLAIN]: 'a quantity such as 500m, 2 or 20Gi, or a reference such as $(params.memory)',
});

const DNS_LABEL = {
  minLength: 1,
  maxLength: 63,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
  [EXPLAIN]: 'lower-case letters, digits and dashes, with a letter or digit at both ends',
};

const image = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'Image, with a tag or digest. Parameters are filled in.',
});
const command = optional(
  listAtomic(Type.String(), {
    maxItems: 256,
    description: 'Program, instead of the image’s. Parameters are filled in.',
  }),
);
const args = optional(
  listAtomic(Type.String(), { maxItems: 256, description: 'Arguments of the program. Parameters are filled in.' }),
);
const env = optional(
  listMap(ENV_VAR, ['name'], { maxItems: 256, description: 'Variables. Parameters are filled in.' }),
);
const envFrom = optional(
  listAtomic(ENV_FROM_SOURCE, { maxItems: 64, description: 'Secrets and ConfigMaps whose keys become variables.' }),
);
const imagePullPolicy = optional(
  stringEnum(['Always', 'IfNotPresent', 'Never'], {
    description: 'Default: Always for the tag latest and for none, else IfNotPresent.',
  }),
);

const port = Type.Object({
  name: Type.String({
    minLength: 1,
    maxLength: 15,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    description: 'Name of the port.',
    [EXPLAIN]: 'lower-case letters, digits and dashes',
  }),
  port: Type.Integer({ minimum: 1, maximum: 65535, description: 'Port that the program listens on.' }),
  protocol: stringEnum(['TCP', 'UDP', 'SCTP'], { default: 'TCP', description: 'Protocol of the port.' }),
});
const ports = optional(listMap(port, ['name'], { maxItems: 20, description: 'Ports that the program listens on.' }));

interface VolumeSources {
  readonly scratch?: unknown;
  readonly secret?: unknown;
  readonly configMap?: unknown;
}

const items = optional(
  listAtomic(KEY_TO_PATH, {
    maxItems: 256,
    description: 'Only these keys, as these files. Default: every key, as a file of its name.',
  }),
);
const volume = Type.Object(
  {
    name: Type.String({ ...DNS_LABEL, maxLength: 40, description: 'Name of the volume.' }),
    mountPath: Type.String({
      minLength: 1,
      maxLength: 1024,
      pattern: '^/',
      [EXPLAIN]: 'an absolute path',
      description: 'Where the container sees it.',
    }),
    subPath: optional(Type.String({ minLength: 1, maxLength: 1024, description: 'Only this path inside the volume.' })),
    readOnly: optional(Type.Boolean({ description: 'True: it can’t be written.' })),
    scratch: optional(
      Type.Object(
        {
          sizeLimit: optional(quantity({ description: 'More than this ends the pod.', [UNIT]: 'bytes' })),
          medium: optional(stringEnum(['Memory'], { description: 'Kept in memory, and counted as such.' })),
        },
        { description: 'An empty directory that lives and dies with the pod.' },
      ),
    ),
    secret: optional(
      Type.Object(
        { name: Type.String({ minLength: 1, maxLength: 253, description: 'Name of the Secret.' }), items },
        { description: 'A Secret of the environment’s namespace.' },
      ),
    ),
    configMap: optional(
      Type.Object(
        { name: Type.String({ minLength: 1, maxLength: 253, description: 'Name of the ConfigMap.' }), items },
        { description: 'A ConfigMap of the environment’s namespace.' },
      ),
    ),
  },
  withRules({
    rule: '[has(self.scratch), has(self.secret), has(self.configMap)].filter(given, given).size() == 1',
    message: 'needs exactly one of scratch, secret and configMap',
    holds: ({ scratch, secret, configMap }: VolumeSources) =>
      [scratch, secret, configMap].filter((source) => source !== undefined).length === 1,
  }),
);

const identity = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });

/** The app of a workload. */
export const CONTAINER = Type.Object(
  {
    preset: optional(
      stringEnum(PRESET_NAMES, {
        description:
          'A known program: fills in what is not given of command, ports, probes, home, base path, identity and sign-in.',
      }),
    ),
    image,
    command,
    args,
    workingDir: optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'Directory that the program starts in. Parameters are filled in.',
      }),
    ),
    env,
    envFrom,
    ports,
    resources: optional(
      resourceRequirements(PARAMETERISED_QUANTITY, {
        description: 'What the container gets. Parameters are filled in.',
      }),
    ),
    shmSize: optional(
      Type.Unsafe<string | number>({
        ...PARAMETERISED_QUANTITY,
        description: 'Size of the shared memory at /dev/shm; it counts as memory. Parameters are filled in.',
        [UNIT]: 'bytes',
      }),
    ),
    securityContext: optional(
      Type.Object(
        {
          runAsUser: optional(
            Type.Integer({
              ...identity,
              description: 'User id of the program. Default: the preset’s, else the image’s.',
            }),
          ),
          runAsGroup: optional(
            Type.Integer({
              ...identity,
              description:
                'Group id of the program, and of the files on its volumes. Default: the preset’s, else the image’s.',
            }),
          ),
        },
        { description: 'Who the program runs as.' },
      ),
    ),
    imagePullSecrets: optional(
      listMap(LOCAL_OBJECT_REFERENCE, ['name'], {
        maxItems: 16,
        description: 'Secrets of the environment’s namespace with which images are pulled.',
      }),
    ),
    imagePullPolicy,
    probes: optional(
      Type.Object(
        { startup: optional(PROBE), ready: optional(PROBE), live: optional(PROBE) },
        {
          description:
            'How it is known that the program has started, is ready, and is alive. Each one given replaces the preset’s.',
        },
      ),
    ),
    volumes: optional(listMap(volume, ['name'], { maxItems: 32, description: 'Further volumes, beside the storage.' })),
  },
  { description: 'The program that is the environment.' },
);

const programFields = { image, command, args, env, envFrom, imagePullPolicy };

/** A program that runs to its end before the app starts. */
export const INIT_PLUGIN = Type.Object(
  {
    name: Type.String({
      ...DNS_LABEL,
      maxLength: 40,
      description: 'Name of the plugin, unlike that of any other container.',
    }),
    ...programFields,
    resources: optional(resourceRequirements(PARAMETERISED_QUANTITY, { description: 'What the plugin gets.' })),
  },
  { description: 'A program that prepares the home.' },
);

/** A program that runs beside the app. */
export const SIDECAR = Type.Object(
  {
    name: Type.String({
      ...DNS_LABEL,
      maxLength: 40,
      description: 'Name of the sidecar, unlike that of any other container.',
    }),
    ...programFields,
    ports,
    resources: optional(resourceRequirements(PARAMETERISED_QUANTITY, { description: 'What the sidecar gets.' })),
  },
  { description: 'A program that runs beside the app, without its volumes.' },
);
