/**
 * The subresource `serviceaccounts/token`: a new token for a service account.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import { type FieldError, invalidField } from '../field-error';
import type { ObjectReader } from '../resources/object-reader';
import { badRequest, conflict, invalid, notFound } from '../status-error';
import { type BoundTokenContent, boundTokenClaims } from './bound-token';
import { numberAt, objectAt, stringAt, stringsAt } from './json-members';
import type { ServiceAccountKeys } from './service-account-keys';
import type { BoundObject } from './service-account-user';

export interface TokenRequestContext {
  readonly keys: ServiceAccountKeys;
  readonly issuer: string;
  readonly apiAudiences: readonly string[];
  readonly reader: ObjectReader;
  readonly now: Date;
  /** Makes the token's `jti`, a UUID. */
  readonly newTokenId: () => string;
  /** Validating admission, which comes between the request's validation and the look at what it is bound to. */
  readonly admit?: (request: JsonObject) => Promise<void>;
}

const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' } as const;
const KIND_AS_RESOURCE = { group: KIND.group, resource: KIND.kind } as const;
const ACCOUNTS = { group: '', resource: 'serviceaccounts' } as const;

const DEFAULT_SECONDS = 3600;
const MINIMUM_SECONDS = 600;
const MAXIMUM_SECONDS = 2 ** 32;
/** What the admission plugin asks for in pods: such tokens warn when they should have expired, and expire after a year. */
export const PROJECTED_TOKEN_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;

/**
 * The answered request, with its token.
 * @throws StatusError where the account or what the token shall be bound to isn't there, or the request is not valid.
 */
export async function answerTokenRequest(
  request: JsonObject,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  context: TokenRequestContext,
): Promise<JsonObject> {
  const metadata = objectAt(request, 'metadata') ?? {};
  checkNames(metadata, namespace, name);
  const account = context.reader.find(ACCOUNTS, namespace, name);
  if (account === undefined) throw notFound(ACCOUNTS, name);
  const askedUid = stringAt(metadata, 'uid');
  const uid = account.metadata.uid ?? '';
  if (askedUid !== '' && askedUid !== uid) {
    const why = `the UID in the token request (${askedUid}) does not match the UID of the service account (${uid})`;
    throw conflict(KIND_AS_RESOURCE, name, why);
  }

  const spec = objectAt(request, 'spec') ?? {};
  const asked = stringsAt(spec, 'audiences');
  const audiences = asked.length === 0 ? context.apiAudiences : asked;
  const expirationSeconds = numberAt(spec, 'expirationSeconds') ?? DEFAULT_SECONDS;
  const errors = checkExpiration(expirationSeconds);
  if (errors.length > 0) throw invalid(KIND, '', errors);

  const { now } = context;
  const reference = objectAt(spec, 'boundObjectRef');
  const answered: JsonObject = {
    ...request,
    metadata: { ...metadata, name, namespace, uid, creationTimestamp: secondsText(now.getTime()) },
    spec: { ...spec, audiences, expirationSeconds, boundObjectRef: reference ?? null },
  };
  await context.admit?.(answered);

  const bound = reference === undefined ? {} : findBound(reference, namespace, name, context.reader);
  const isExtended =
    bound.bound?.kind === 'pod' &&
    expirationSeconds === PROJECTED_TOKEN_SECONDS &&
    audiences.every((audience) => context.apiAudiences.includes(audience));
  const content: BoundTokenContent = {
    issuer: context.issuer,
    audiences,
    account,
    ...bound,
    expirationSeconds: isExtended ? EXTENDED_SECONDS : expirationSeconds,
    ...(isExtended ? { warnAfterSeconds: expirationSeconds } : {}),
    tokenId: context.newTokenId(),
    now,
  };
  const token = await context.keys.sign(boundTokenClaims(content));
  const expirationTimestamp = secondsText(now.getTime() + expirationSeconds * 1000);
  return { ...answered, status: { token, expirationTimestamp } };
}

function checkNames(metadata: JsonObject, namespace: string, name: string): void {
  const askedName = stringAt(metadata, 'name');
  if (askedName !== '' && askedName !== name) {
    const why = 'must match the service account name if specified';
    throw invalid(KIND, name, [invalidField('metadata.name', askedName, why)]);
  }
  const askedNamespace = stringAt(metadata, 'namespace');
  if (askedNamespace !== '' && askedNamespace !== namespace) {
    const why = 'must match the service account namespace if specified';
    throw invalid(KIND, name, [invalidField('metadata.namespace', askedNamespace, why)]);
  }
}

function checkExpiration(seconds: number): readonly FieldError[] {
  const field = 'spec.expirationSeconds';
  if (seconds < MINIMUM_SECONDS) {
    return [invalidField(field, seconds, 'may not specify a duration less than 10 minutes')];
  }
  if (seconds > MAXIMUM_SECONDS) {
    return [invalidField(field, seconds, 'may not specify a duration larger than 2^32 seconds')];
  }
  return [];
}

const BINDABLE: Readonly<Record<string, 'pod' | 'secret' | 'node'>> = { Pod: 'pod', Secret: 'secret', Node: 'node' };

/** What the token is bound to, read from the API. */
function findBound(
  reference: JsonObject,
  namespace: string,
  accountName: string,
  reader: ObjectReader,
): Pick<BoundTokenContent, 'bound' | 'podNode'> {
  const { group, version } = groupVersionOf(stringAt(reference, 'apiVersion'));
  const kindName = stringAt(reference, 'kind');
  const kind = group === '' && Object.hasOwn(BINDABLE, kindName) ? BINDABLE[kindName] : undefined;
  if (kind === undefined) throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kindName}`);

  const name = stringAt(reference, 'name');
  const type = { group: '', resource: `${kind}s` };
  const found = reader.find(type, kind === 'node' ? '' : namespace, name);
  if (found === undefined) throw notFound(type, name);
  if (kind === 'pod' && accountOf(found) !== accountName) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(accountName)} to pod running with different serviceaccount name.`,
    );
  }
  const uid = found.metadata.uid ?? '';
  const askedUid = stringAt(reference, 'uid');
  if (askedUid !== '' && askedUid !== uid) {
    const why = `the UID in the bound object reference (${askedUid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', resource: kindName }, name, why);
  }
  const nodeName = kind === 'pod' ? stringAt(found, 'spec', 'nodeName') : '';
  return { bound: { kind, to: { name, uid } }, ...(nodeName === '' ? {} : { podNode: nodeOf(nodeName, reader) }) };
}

function accountOf(pod: KubeObject): string {
  return stringAt(pod, 'spec', 'serviceAccountName');
}

/** The node of a pod; only its name where it isn't there. */
function nodeOf(name: string, reader: ObjectReader): BoundObject {
  return { name, uid: reader.find({ group: '', resource: 'nodes' }, '', name)?.metadata.uid ?? '' };
}

function groupVersionOf(apiVersion: string): { readonly group: string; readonly version: string } {
  const [first = '', second, ...more] = apiVersion.split('/');
  if (second === undefined) return { group: '', version: first };
  return more.length > 0 ? { group: '', version: '' } : { group: first, version: second };
}

/** A time as Kubernetes writes it, in whole seconds. */
function secondsText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
