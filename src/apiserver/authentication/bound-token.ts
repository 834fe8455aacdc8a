/** Tokens from `TokenRequest`: what they claim, and whether it still holds. */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { ObjectReader } from '../resources/object-reader';
import { notFound } from '../status-error';
import { numberAt, objectAt, stringAt } from './json-members';
import { type BoundObject, type ServiceAccountIdentity, serviceAccountUsername } from './service-account-user';
import { TokenRefused } from './token-authenticator';

/** How far clocks may be apart, and for how long a token outlives the deletion of what it is bound to. */
const LEEWAY_MS = 60_000;
const INVALIDATED = 'service account token has been invalidated';

/** What a new token shall claim. Times in seconds. */
export interface BoundTokenContent {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly account: KubeObject;
  readonly bound?: { readonly kind: 'pod' | 'secret' | 'node'; readonly to: BoundObject };
  /** The node of a bound pod. */
  readonly podNode?: BoundObject;
  readonly expirationSeconds: number;
  readonly warnAfterSeconds?: number;
  readonly tokenId: string;
  readonly now: Date;
}

/** The claims of a new token, in the order in which the real server writes them. */
export function boundTokenClaims(content: BoundTokenContent): JsonObject {
  const { account, bound, podNode, warnAfterSeconds } = content;
  const issued = Math.floor(content.now.getTime() / 1000);
  const { name, namespace = '', uid = '' } = account.metadata;
  const node = bound?.kind === 'node' ? bound.to : podNode;
  return {
    aud: content.audiences,
    exp: issued + content.expirationSeconds,
    iat: issued,
    iss: content.issuer,
    jti: content.tokenId,
    'kubernetes.io': {
      namespace,
      ...(node === undefined ? {} : { node: claimOf(node) }),
      ...(bound?.kind === 'pod' ? { pod: claimOf(bound.to) } : {}),
      ...(bound?.kind === 'secret' ? { secret: claimOf(bound.to) } : {}),
      serviceaccount: { name, uid },
      ...(warnAfterSeconds === undefined ? {} : { warnafter: issued + warnAfterSeconds }),
    },
    nbf: issued,
    sub: serviceAccountUsername({ namespace, name }),
  };
}

/**
 * Who a token with a good signature stands for.
 * @throws TokenRefused where its time hasn't come or is over, or where the account or what it is bound to is gone.
 */
export function boundTokenIdentity(claims: JsonObject, reader: ObjectReader, now: Date): ServiceAccountIdentity {
  checkTimes(claims, now.getTime());
  const own = objectAt(claims, 'kubernetes.io');
  const namespace = stringAt(own, 'namespace');
  const account = boundAt(own, 'serviceaccount') ?? { name: '', uid: '' };
  checkAccount(namespace, account, reader, now);

  const secret = boundAt(own, 'secret');
  if (secret !== undefined) checkBound('secret', reader.find(SECRETS, namespace, secret.name), secret, now);
  const pod = boundAt(own, 'pod');
  if (pod !== undefined) checkBound('pod', reader.find(PODS, namespace, pod.name), pod, now);
  const node = boundAt(own, 'node');
  // The node of a pod is only told.
  if (node !== undefined && pod === undefined) {
    checkBound('node', reader.find(NODES, '', node.name), node, now);
  }
  return {
    namespace,
    ...account,
    tokenId: stringAt(claims, 'jti'),
    ...(pod === undefined ? {} : { pod }),
    ...(node === undefined ? {} : { node }),
  };
}

const ACCOUNTS = { group: '', resource: 'serviceaccounts' } as const;
const SECRETS = { group: '', resource: 'secrets' } as const;
const PODS = { group: '', resource: 'pods' } as const;
const NODES = { group: '', resource: 'nodes' } as const;

function claimOf({ name, uid }: BoundObject): JsonObject {
  return uid === '' ? { name } : { name, uid };
}

function boundAt(claims: JsonObject | undefined, kind: string): BoundObject | undefined {
  const claim = objectAt(claims, kind);
  return claim === undefined ? undefined : { name: stringAt(claim, 'name'), uid: stringAt(claim, 'uid') };
}

function checkTimes(claims: JsonObject, now: number): void {
  const timeOf = (claim: string): number | undefined => {
    const seconds = numberAt(claims, claim);
    return seconds === undefined ? undefined : seconds * 1000;
  };
  if (now + LEEWAY_MS < (timeOf('nbf') ?? 0)) throw new TokenRefused('service account token is not valid yet');
  if (now - LEEWAY_MS > (timeOf('exp') ?? Number.POSITIVE_INFINITY)) {
    throw new TokenRefused('service account token has expired');
  }
  if (now + LEEWAY_MS < (timeOf('iat') ?? 0)) throw new TokenRefused('service account token is issued in the future');
}

function checkAccount(namespace: string, account: BoundObject, reader: ObjectReader, now: Date): void {
  const found = reader.find(ACCOUNTS, namespace, account.name);
  if (found === undefined) throw new TokenRefused(notFound(ACCOUNTS, account.name).message);
  const uid = found.metadata.uid ?? '';
  if (uid !== account.uid) {
    throw new TokenRefused(`service account UID (${uid}) does not match claim (${account.uid})`);
  }
  if (isLongDeleted(found, now)) {
    throw new TokenRefused(`service account ${namespace}/${account.name} has been deleted`);
  }
}

function checkBound(kind: string, found: KubeObject | undefined, bound: BoundObject, now: Date): void {
  if (found === undefined) throw new TokenRefused(INVALIDATED);
  const uid = found.metadata.uid ?? '';
  if (uid !== bound.uid) {
    throw new TokenRefused(`${kind} UID (${uid}) does not match service account ${kind} ref claim (${bound.uid})`);
  }
  if (isLongDeleted(found, now)) throw new TokenRefused(INVALIDATED);
}

function isLongDeleted(object: KubeObject, now: Date): boolean {
  const { deletionTimestamp } = object.metadata;
  return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < now.getTime() - LEEWAY_MS;
}
