/**
 * Every pod runs as a service account, and finds that account's token in its files.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
 */
import type { KubeObject } from '../../api/object';
import { booleanAt, listAt, objectAt, objectsAt, stringAt } from '../authentication/json-members';
import { PROJECTED_TOKEN_SECONDS } from '../authentication/token-request';
import { type Draft, type DraftObject, ensureObject, findString, objectsIn } from '../draft';
import type { ObjectReader } from '../resources/object-reader';
import type { AdmissionAttributes, AdmissionPlugin } from './admission';
import { unmountableSecret } from './mountable-secrets';
import { podSecretNames } from './pod-secrets';
import { isAbout, refusedByAdmission } from './refusal';

const ACCOUNTS = { group: '', resource: 'serviceaccounts' } as const;
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
const VOLUME_PREFIX = 'kube-api-access-';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const FILE_MODE = 0o644;

export interface ServiceAccountDependencies {
  readonly reader: ObjectReader;
  /** A name that begins with the text and ends in five random letters or digits. */
  readonly generateName: (prefix: string) => string;
}

export function serviceAccount({ reader, generateName }: ServiceAccountDependencies): AdmissionPlugin {
  function check(pod: unknown, attributes: AdmissionAttributes): void {
    const isNew = attributes.operation === 'CREATE';
    if (!isNew && (attributes.operation !== 'UPDATE' || attributes.subresource !== 'ephemeralcontainers')) return;
    if (isNew && isMirror(pod)) checkMirror(pod, attributes);
    else checkSecrets(pod, attributes, getAccount(pod, attributes, reader));
  }

  return {
    name: 'ServiceAccount',
    admit(pod, attributes) {
      if (attributes.operation !== 'CREATE' || !isAbout(attributes, '', 'pods')) return;
      if (!isMirror(pod)) runAsAccount(pod, attributes, { reader, generateName });
      // Told before what validation finds, as the real server does it.
      check(pod, attributes);
    },
    validate(pod, attributes) {
      if (pod !== undefined && isAbout(attributes, '', 'pods', ['', 'ephemeralcontainers'])) check(pod, attributes);
      return undefined;
    },
  };
}

function runAsAccount(
  pod: DraftObject,
  attributes: AdmissionAttributes,
  { reader, generateName }: ServiceAccountDependencies,
): void {
  const spec = ensureObject(pod, 'spec');
  const named = findString(spec, 'serviceAccountName') ?? '';
  const name = named === '' ? 'default' : named;
  spec['serviceAccountName'] = name;
  // The field's old name, which is always told along.
  spec['serviceAccount'] = name;
  const account = getAccount(pod, attributes, reader);
  const own = booleanAt(spec, 'automountServiceAccountToken');
  if (own ?? booleanAt(account, 'automountServiceAccountToken') ?? true) mountToken(spec, generateName);
  if (listAt(spec, 'imagePullSecrets').length > 0) return;
  const secrets = objectsAt(account, 'imagePullSecrets').map((secret) => ({ name: stringAt(secret, 'name') }));
  if (secrets.length > 0) spec['imagePullSecrets'] = secrets;
}

/** A pod that a node reports to be running, whatever the API says. */
function isMirror(pod: unknown): boolean {
  return Object.hasOwn(objectAt(pod, 'metadata', 'annotations') ?? {}, MIRROR_ANNOTATION);
}

function checkMirror(pod: unknown, attributes: AdmissionAttributes): void {
  if (stringAt(pod, 'spec', 'serviceAccountName') !== '') {
    throw refusedByAdmission(attributes, pod, 'a mirror pod may not reference service accounts');
  }
  if (podSecretNames(pod).length > 0) {
    throw refusedByAdmission(attributes, pod, 'a mirror pod may not reference secrets');
  }
  const sources = objectsAt(pod, 'spec', 'volumes').flatMap((volume) => objectsAt(volume, 'projected', 'sources'));
  if (sources.some((source) => objectAt(source, 'serviceAccountToken') !== undefined)) {
    throw refusedByAdmission(attributes, pod, 'a mirror pod may not use ServiceAccountToken volume projections');
  }
}

function checkSecrets(pod: unknown, attributes: AdmissionAttributes, account: KubeObject): void {
  const why = unmountableSecret(pod, account, attributes.subresource === 'ephemeralcontainers');
  if (why !== undefined) throw refusedByAdmission(attributes, pod, why);
}

function getAccount(pod: unknown, attributes: AdmissionAttributes, reader: ObjectReader): KubeObject {
  const { namespace } = attributes;
  const name = stringAt(pod, 'spec', 'serviceAccountName');
  if (name === '') {
    const shown = `${namespace}/${stringAt(pod, 'metadata', 'name')}`;
    throw refusedByAdmission(attributes, pod, `no service account specified for pod ${shown}`);
  }
  const account = reader.find(ACCOUNTS, namespace, name);
  if (account !== undefined) return account;
  const why = `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`;
  throw refusedByAdmission(attributes, pod, why);
}

/** Mounts the token into every container that has nothing there, from a volume that is added where there is none. */
function mountToken(spec: DraftObject, generateName: (prefix: string) => string): void {
  const volumes = objectsIn(spec, 'volumes');
  const existing = volumes
    .map((volume) => findString(volume, 'name') ?? '')
    .find((name) => name.startsWith(VOLUME_PREFIX));
  const containers = [...objectsIn(spec, 'initContainers'), ...objectsIn(spec, 'containers')].filter(
    (container) => !objectsIn(container, 'volumeMounts').some(({ mountPath }) => mountPath === MOUNT_PATH),
  );
  if (containers.length === 0) return;
  const name = existing ?? generateName(VOLUME_PREFIX);
  for (const container of containers) {
    const mounts = objectsIn(container, 'volumeMounts');
    container['volumeMounts'] = [...mounts, { name, readOnly: true, mountPath: MOUNT_PATH }];
  }
  if (existing === undefined) spec['volumes'] = [...volumes, tokenVolume(name)];
}

function tokenVolume(name: string): Draft {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: PROJECTED_TOKEN_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: FILE_MODE,
    },
  };
}
