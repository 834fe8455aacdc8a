/**
 * JupyterServer: one person's Jupyter server.
 *
 * It lived in two groups, with different fields. Each group's schema is the union of both, so that nothing of a stored object
 * is pruned and a file needs no other change than its `apiVersion`; defaults are those of the group. Neither has a status
 * subresource: status is written with the object.
 */
import { Type } from '@sinclair/typebox';
import type { JsonValue } from '../../../api/json';
import { DNS_1035_LABEL, STATEFUL_SET_NAME_MAX } from '../../../api/name';
import type { KubeObject } from '../../../api/object';
import type { ResourceType } from '../../../api/resource-type';
import { freeObject, intOrString } from '../../../schema/core';
import { stringEnum, type Typed, UNIT, withRules } from '../../../schema/keywords';
import type { KindSchema } from '../../../schema/kind-schema';
import { JUPYTER_SERVER, RENKU_JUPYTER_SERVER } from './resource-types';

/** What the two groups fill in differently. */
interface GroupDefaults {
  readonly rootDir: string;
  /** Absent: the claim is mounted as the first operator did it. */
  readonly mountPath?: string;
  readonly cookieAllowlist?: readonly string[];
}

const word = (description: string) => Type.Optional(Type.String({ description }));
const words = (description: string, options: object = {}) =>
  Type.Optional(Type.Array(Type.String(), { description, ...options }));
const seconds = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, default: 0, description, [UNIT]: 'seconds' }));
const flag = (description: string) => Type.Optional(Type.Boolean({ default: false, description }));

const clientSecret = Type.Object(
  {
    value: word('The secret itself; it is kept in the Secret <name>-auth. Prefer secretKeyRef.'),
    secretKeyRef: Type.Optional(
      Type.Object(
        { name: word('Name of the Secret.'), key: word('Key in it.') },
        { description: 'A Secret of the same namespace. It is never changed or deleted.' },
      ),
    ),
  },
  {
    description: 'The client’s secret at the provider.',
    ...withRules({
      rule: 'has(self.value) != has(self.secretKeyRef)',
      message: 'needs exactly one of value and secretKeyRef',
      holds: ({ value, secretKeyRef }: { value?: unknown; secretKeyRef?: unknown }) =>
        (value === undefined) !== (secretKeyRef === undefined),
    }),
  },
);

function authSchema({ cookieAllowlist }: GroupDefaults) {
  const oidc = Type.Object(
    {
      enabled: flag('True: people sign in at a provider before they reach Jupyter.'),
      issuerUrl: word('Issuer of the provider; its discovery document is read.'),
      clientId: word('Client id at the provider.'),
      clientSecret: Type.Optional(clientSecret),
      authorizedEmails: words('Verified addresses that get in.', { default: [] }),
      authorizedGroups: words('Groups of the provider that get in.', { default: [] }),
      userId: word('Subject (sub) of the one person who gets in.'),
    },
    {
      default: {},
      description:
        'A sign-in before Jupyter. Each of authorizedEmails, authorizedGroups and userId that is given must agree; where none is given nobody gets in.',
    },
  );
  return Type.Object(
    {
      token: word(
        'Token that Jupyter asks for. Absent: one is made and kept in the Secret <name> under jupyterServerAppToken. Empty: Jupyter asks for none.',
      ),
      oidc: Type.Optional(oidc),
      cookieAllowlist: words(
        'Cookies that reach Jupyter; absent: all.',
        cookieAllowlist === undefined ? {} : { default: cookieAllowlist },
      ),
      cookieBlocklist: words('Cookies that don’t reach Jupyter. With it cookieAllowlist counts for nothing.'),
    },
    { default: {}, description: 'Who gets in.' },
  );
}

const culling = Type.Object(
  {
    idleSecondsThreshold: seconds('An idle server is hibernated after so long; 0: never.'),
    maxAgeSecondsThreshold: seconds('A server is hibernated so long after its start; 0: never.'),
    startingSecondsThreshold: seconds('A server that doesn’t start is deleted after so long; 0: never.'),
    failedSecondsThreshold: seconds('A failed server is deleted after so long; 0: never.'),
    hibernatedSecondsThreshold: seconds('A hibernated server is deleted after so long; 0: never.'),
  },
  { default: {}, description: 'When a server is stopped or deleted by itself. It has no effect yet.' },
);

function specSchema(defaults: GroupDefaults) {
  const { mountPath } = defaults;
  return Type.Object(
    {
      auth: Type.Optional(authSchema(defaults)),
      culling: Type.Optional(culling),
      jupyterServer: Type.Optional(
        Type.Object(
          {
            image: Type.Optional(
              Type.String({ default: 'jupyter/minimal-notebook:latest', description: 'The image.' }),
            ),
            defaultUrl: Type.Optional(
              Type.String({ default: '/lab', description: 'Page that is opened first, below the path.' }),
            ),
            rootDir: Type.Optional(
              Type.String({ default: defaults.rootDir, description: 'Directory that Jupyter shows and starts in.' }),
            ),
            resources: Type.Optional(
              freeObject({ default: {}, description: 'core/v1 ResourceRequirements of Jupyter’s container.' }),
            ),
            hibernated: flag('True: nothing runs, and the volume is kept.'),
          },
          { default: {}, description: 'The Jupyter server.' },
        ),
      ),
      routing: Type.Optional(
        Type.Object(
          {
            host: word('Host name, without scheme and port. Required in effect.'),
            path: Type.Optional(Type.String({ default: '/', description: 'Path below which the server is opened.' })),
            ingressAnnotations: Type.Optional(
              freeObject({ default: {}, description: 'Annotations of the Ingress; they choose its class too.' }),
            ),
            tls: Type.Optional(
              Type.Object(
                {
                  enabled: flag('True: https.'),
                  secretName: word('Secret with the certificate. Absent: the ingress controller’s default.'),
                },
                { default: {}, description: 'TLS at the ingress controller.' },
              ),
            ),
          },
          { default: {}, description: 'Where browsers open the server.' },
        ),
      ),
      storage: Type.Optional(
        Type.Object(
          {
            size: Type.Optional(
              intOrString({
                default: '100Mi',
                description: 'Size of the claim, or limit of the empty directory; empty: no limit.',
              }),
            ),
            pvc: Type.Optional(
              Type.Object(
                {
                  enabled: flag('True: a claim. False: an empty directory that lives as long as the pod.'),
                  mountPath: Type.Optional(
                    Type.String({
                      ...(mountPath === undefined ? {} : { default: mountPath }),
                      description: 'Where the volume is mounted.',
                    }),
                  ),
                  storageClassName: word('Storage class of the claim. Absent: the cluster’s default.'),
                },
                { default: {}, description: 'A claim for the volume.' },
              ),
            ),
          },
          { default: {}, description: 'The volume.' },
        ),
      ),
      patches: Type.Optional(
        Type.Array(
          Type.Object({
            type: Type.Optional(
              stringEnum(['application/json-patch+json', 'application/merge-patch+json'], {
                description: 'RFC 6902 or RFC 7386.',
              }),
            ),
            patch: Type.Optional(
              Type.Unsafe<JsonValue>({ 'x-kubernetes-preserve-unknown-fields': true, description: 'The patch.' }),
            ),
          }),
          { default: [], description: 'Patches on the objects of the server, in order.' },
        ),
      ),
    },
    { description: 'The server that is asked for.' },
  );
}

const specOfAmalthea = specSchema({ rootDir: '/home/jovyan/work', mountPath: '/home/jovyan/work' });
const specOfRenku = specSchema({
  rootDir: '/home/jovyan/work/',
  cookieAllowlist: ['username-localhost-8888', '_xsrf'],
});

export type JupyterServerSpec = Typed<typeof specOfAmalthea>;

/** A JupyterServer of either group as the API holds it. */
export interface JupyterServerObject extends KubeObject {
  readonly spec?: JupyterServerSpec;
}

/** The schema of JupyterServer at `amalthea.dev/v1alpha1`. */
export const jupyterServerSchema = schemaOf(JUPYTER_SERVER, specOfAmalthea);

/** The schema of JupyterServer at `renku.io/v1alpha1`. */
export const renkuJupyterServerSchema = schemaOf(RENKU_JUPYTER_SERVER, specOfRenku);

function schemaOf(type: ResourceType, spec: KindSchema['spec']): KindSchema {
  return {
    type,
    description: "One person's Jupyter server.",
    shortNames: ['js'],
    spec,
    specRequired: false,
    status: freeObject({
      default: { children: {}, mainPod: {} },
      description: 'The server as it is: state, create_fn, children, mainPod, containerStates and conditions.',
    }),
    statusSubresource: false,
    columns: [
      {
        name: 'Image',
        type: 'string',
        jsonPath: '.spec.jupyterServer.image',
        description: 'The image that runs.',
      },
      {
        name: 'URL',
        type: 'string',
        jsonPath: '.status.create_fn.fullServerURL',
        description: 'Where a browser opens the server.',
      },
      {
        name: 'Pod Status',
        type: 'string',
        jsonPath: '.status.mainPod.status.phase',
        description: 'Phase of the main pod.',
      },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      {
        name: 'State',
        type: 'string',
        jsonPath: '.status.state',
        description: 'running, starting, stopping, failed or hibernated.',
        priority: 1,
      },
    ],
    rules: [
      {
        cel: `self.metadata.name.size() <= ${STATEFUL_SET_NAME_MAX} && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')`,
        message: `a JupyterServer gives its name to a StatefulSet and a Service: use at most ${STATEFUL_SET_NAME_MAX} lower-case letters, digits and dashes, beginning with a letter`,
        path: 'metadata.name',
        holds: ({ metadata: { name } }) => name.length <= STATEFUL_SET_NAME_MAX && DNS_1035_LABEL.test(name),
      },
    ],
  };
}
