/**
 * Shapes of Kubernetes' own API that kinds embed, as TypeBox schemas.
 *
 * Values that the API server normalises (quantities) are taken in every form that it takes. Lists have no list type here:
 * the kind that embeds them says how they are merged.
 * @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/
 */
import { Optional as optional, type TSchema, type TUnsafe, Type } from '@sinclair/typebox';
import type { JsonObject } from '../api/json';
import { EXPLAIN, listMap, SHAPE, stringEnum, UNIT } from './keywords';

type Options = Readonly<Record<string, unknown>>;

/** What Kubernetes takes as a quantity; linear for every regular expression engine. */
export const QUANTITY_PATTERN =
  '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?$';

/** A quantity: `500m`, `2`, `20Gi`. */
export function quantity(options: Options = {}): TUnsafe<string | number> {
  return Type.Unsafe<string | number>({
    'x-kubernetes-int-or-string': true,
    pattern: QUANTITY_PATTERN,
    [EXPLAIN]: 'a quantity such as 500m, 2 or 20Gi',
    [SHAPE]: 'quantity',
    ...options,
  });
}

/** An integer or a string, such as a port by number or name. */
export function intOrString(options: Options = {}): TUnsafe<string | number> {
  return Type.Unsafe<string | number>({ 'x-kubernetes-int-or-string': true, ...options });
}

/** A JSON object that is kept as it is. */
export function freeObject(options: Options = {}): TUnsafe<JsonObject> {
  return Type.Unsafe<JsonObject>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true, ...options });
}

const text = (description: string, options: Options = {}) => Type.String({ description, ...options });
const flag = (description: string) => optional(Type.Boolean({ description }));
const portNumber = (description: string) => Type.Integer({ minimum: 1, maximum: 65535, description });
const secretKey = (holder: string) =>
  Type.Object(
    {
      name: text(`Name of the ${holder}.`, { minLength: 1 }),
      key: text('Key whose value is taken.', { minLength: 1 }),
      optional: flag('True: it may be missing.'),
    },
    { description: `A key of a ${holder} in the same namespace.`, 'x-kubernetes-map-type': 'atomic' },
  );

/** core/v1 EnvVar. */
export const ENV_VAR = Type.Object(
  {
    name: text('Name of the variable.', { minLength: 1 }),
    value: optional(text('Its value; $(OTHER) stands for another variable’s.')),
    valueFrom: optional(
      Type.Object(
        {
          configMapKeyRef: optional(secretKey('ConfigMap')),
          secretKeyRef: optional(secretKey('Secret')),
          fieldRef: optional(
            Type.Object(
              {
                apiVersion: optional(text('Version of the path; v1.')),
                fieldPath: text('Path of a field of the pod.', { minLength: 1 }),
              },
              { description: 'A field of the pod.', 'x-kubernetes-map-type': 'atomic' },
            ),
          ),
          resourceFieldRef: optional(
            Type.Object(
              {
                containerName: optional(text('Container; default: this one.')),
                resource: text('Such as limits.memory.', { minLength: 1 }),
                divisor: optional(quantity({ description: 'What one counts as; default 1.' })),
              },
              { description: 'A resource of the container.', 'x-kubernetes-map-type': 'atomic' },
            ),
          ),
        },
        { description: 'Where the value comes from, instead of being given.' },
      ),
    ),
  },
  { [SHAPE]: 'EnvVar (core/v1)' },
);

/** core/v1 EnvFromSource. */
export const ENV_FROM_SOURCE = Type.Object(
  {
    prefix: optional(text('Put before every name.')),
    configMapRef: optional(
      Type.Object(
        { name: text('Name of the ConfigMap.', { minLength: 1 }), optional: flag('True: it may be missing.') },
        { 'x-kubernetes-map-type': 'atomic' },
      ),
    ),
    secretRef: optional(
      Type.Object(
        { name: text('Name of the Secret.', { minLength: 1 }), optional: flag('True: it may be missing.') },
        { 'x-kubernetes-map-type': 'atomic' },
      ),
    ),
  },
  { [SHAPE]: 'EnvFromSource (core/v1)' },
);

const amounts = (description: string, amount: TSchema) =>
  Type.Unsafe<Record<string, string | number>>({
    type: 'object',
    additionalProperties: amount,
    description,
    maxProperties: 32,
  });

/** core/v1 ResourceRequirements without dynamic claims; `amount` is the schema of each quantity. */
export function resourceRequirements(amount: TSchema = quantity(), options: Options = {}) {
  return Type.Object(
    {
      requests: optional(amounts('What the scheduler sets aside, by resource: cpu, memory, nvidia.com/gpu.', amount)),
      limits: optional(amounts('What is never exceeded, by resource.', amount)),
    },
    { [SHAPE]: 'ResourceRequirements (core/v1)', ...options },
  );
}

/** core/v1 ResourceRequirements. */
export const RESOURCE_REQUIREMENTS = resourceRequirements();

/** core/v1 VolumeMount. */
export const VOLUME_MOUNT = Type.Object(
  {
    name: text('Name of the volume.', { minLength: 1 }),
    mountPath: text('Absolute path in the container.', { minLength: 1 }),
    subPath: optional(text('Path inside the volume.')),
    subPathExpr: optional(text('Path inside the volume, with $(VARIABLES).')),
    readOnly: flag('True: it can’t be written.'),
    recursiveReadOnly: optional(text('Disabled, IfPossible or Enabled.')),
    mountPropagation: optional(text('None, HostToContainer or Bidirectional.')),
  },
  { [SHAPE]: 'VolumeMount (core/v1)' },
);

/** core/v1 Toleration. */
export const TOLERATION = Type.Object(
  {
    key: optional(text('Taint key; absent: every key.')),
    operator: optional(stringEnum(['Exists', 'Equal'], { description: 'Exists, or Equal to the value (default).' })),
    value: optional(text('Taint value.')),
    effect: optional(
      stringEnum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'], {
        description: 'Taint effect; absent: every effect.',
      }),
    ),
    tolerationSeconds: optional(
      Type.Integer({ description: 'How long a NoExecute taint is tolerated.', [UNIT]: 'seconds' }),
    ),
  },
  { [SHAPE]: 'Toleration (core/v1)' },
);

const whole = (description: string, options: Options = {}) =>
  optional(Type.Integer({ minimum: 0, description, ...options }));

/** core/v1 Probe without gRPC. */
export const PROBE = Type.Object(
  {
    httpGet: optional(
      Type.Object(
        {
          path: optional(text('Path that is asked for; default /.')),
          port: intOrString({ description: 'Port, by number or name.' }),
          host: optional(text('Host; default: the pod’s address.')),
          scheme: optional(stringEnum(['HTTP', 'HTTPS'], { description: 'Default HTTP.' })),
          httpHeaders: optional(
            Type.Array(Type.Object({ name: text('Header name.', { minLength: 1 }), value: text('Header value.') }), {
              description: 'Headers that are sent.',
            }),
          ),
        },
        { description: 'Good while a GET answers with 200 to 399.' },
      ),
    ),
    tcpSocket: optional(
      Type.Object(
        {
          port: intOrString({ description: 'Port, by number or name.' }),
          host: optional(text('Host; default: the pod’s address.')),
        },
        { description: 'Good while the port takes connections.' },
      ),
    ),
    exec: optional(
      Type.Object(
        { command: Type.Array(Type.String(), { description: 'Command and arguments; no shell.' }) },
        { description: 'Good while a command in the container ends with 0.' },
      ),
    ),
    initialDelaySeconds: whole('Before the first look.', { [UNIT]: 'seconds' }),
    timeoutSeconds: whole('Before a look has failed; default 1.', { [UNIT]: 'seconds' }),
    periodSeconds: whole('Between looks; default 10.', { [UNIT]: 'seconds' }),
    successThreshold: whole('Good looks in a row that count; default 1.'),
    failureThreshold: whole('Bad looks in a row that count; default 3.'),
    terminationGracePeriodSeconds: whole('Instead of the pod’s, when this probe ends the container.', {
      [UNIT]: 'seconds',
    }),
  },
  { [SHAPE]: 'Probe (core/v1)' },
);

/** core/v1 ContainerPort without host ports. */
export const CONTAINER_PORT = Type.Object(
  {
    name: optional(text('At most 15 lower-case letters, digits and dashes.', { minLength: 1, maxLength: 15 })),
    containerPort: portNumber('Port that the container listens on.'),
    protocol: optional(stringEnum(['TCP', 'UDP', 'SCTP'], { description: 'Default TCP.' })),
  },
  { [SHAPE]: 'ContainerPort (core/v1)' },
);

/** core/v1 LocalObjectReference. */
export const LOCAL_OBJECT_REFERENCE = Type.Object(
  { name: text('Name of the object, in the same namespace.', { minLength: 1, maxLength: 253 }) },
  { [SHAPE]: 'LocalObjectReference (core/v1)', 'x-kubernetes-map-type': 'atomic' },
);

/** core/v1 KeyToPath. */
export const KEY_TO_PATH = Type.Object(
  {
    key: text('Key of the Secret or ConfigMap.', { minLength: 1 }),
    path: text('Relative path of the file.', { minLength: 1 }),
    mode: optional(Type.Integer({ minimum: 0, maximum: 511, description: 'Permission bits.' })),
  },
  { [SHAPE]: 'KeyToPath (core/v1)' },
);

/** meta/v1 LabelSelector. */
const LABEL_SELECTOR = Type.Object(
  {
    matchLabels: optional(Type.Record(Type.String(), Type.String(), { description: 'Labels that must all be there.' })),
    matchExpressions: optional(
      Type.Array(
        Type.Object({
          key: text('Label key.', { minLength: 1 }),
          operator: stringEnum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
          values: optional(Type.Array(Type.String())),
        }),
        { description: 'Conditions that must all hold.' },
      ),
    ),
  },
  { [SHAPE]: 'LabelSelector (meta/v1)', 'x-kubernetes-map-type': 'atomic' },
);

/** networking.k8s.io/v1 NetworkPolicyPeer. */
export const NETWORK_POLICY_PEER = Type.Object(
  {
    podSelector: optional(LABEL_SELECTOR),
    namespaceSelector: optional(LABEL_SELECTOR),
    ipBlock: optional(
      Type.Object({
        cidr: text('Address range, such as 10.0.0.0/8.', { minLength: 1 }),
        except: optional(Type.Array(Type.String(), { description: 'Ranges inside it that are left out.' })),
      }),
    ),
  },
  { [SHAPE]: 'NetworkPolicyPeer (networking.k8s.io/v1)' },
);

/** core/v1 Affinity, kept as it is: the API server checks it with the pod. */
export const AFFINITY = freeObject({ [SHAPE]: 'Affinity (core/v1)' });

/** meta/v1 Condition. */
const CONDITION = Type.Object(
  {
    type: text('What the condition is about.', { minLength: 1, maxLength: 316 }),
    status: stringEnum(['True', 'False', 'Unknown']),
    observedGeneration: optional(
      Type.Integer({ minimum: 0, description: 'Generation of the object that was judged.' }),
    ),
    lastTransitionTime: text('When status last changed.', { format: 'date-time' }),
    reason: text('Why, as one CamelCase word.', { minLength: 1, maxLength: 1024 }),
    message: text('Why, and what to do, for people.', { maxLength: 32768 }),
  },
  { [SHAPE]: 'Condition (meta/v1)' },
);

/** A status's list of conditions, one for each type. */
export function conditions(options: Options = {}) {
  return listMap(CONDITION, ['type'], { description: 'Findings about the object, one for each type.', ...options });
}
