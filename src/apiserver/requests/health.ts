/**
 * `/healthz`, `/livez` and `/readyz`, with the checks by the names that a real server gives them.
 *
 * There is one process and nothing to reach outside it: whatever is checked is well as soon as the server is put together.
 * @see https://kubernetes.io/docs/reference/using-api/health-checks/
 */
import type { Exchange } from './exchange';

const PLAIN = 'text/plain; charset=utf-8';
const HEALTH = /^\/(healthz|livez|readyz)(?:\/(.+))?$/;
/** Those that only `/readyz` has. */
const READINESS_CHECKS: readonly string[] = ['etcd-readiness', 'informer-sync', 'shutdown'];

/** In the order in which they are told. */
const CHECKS: readonly string[] = [
  'ping',
  'log',
  'etcd',
  'etcd-readiness',
  'informer-sync',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/start-kube-apiserver-identity-lease-controller',
  'poststarthook/start-kube-apiserver-identity-lease-garbage-collector',
  'poststarthook/start-legacy-token-tracking-controller',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/priority-and-fairness-config-producer',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kubernetes-service-cidr-controller',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
  'shutdown',
];

/** Answers on the paths of health; false on every other. */
export async function answerHealth(exchange: Exchange, path: string, isReady: boolean): Promise<boolean> {
  const [, endpoint, check] = HEALTH.exec(path) ?? [];
  if (endpoint === undefined) return false;
  const isWell = isReady || endpoint !== 'readyz';
  const checks = CHECKS.filter((name) => endpoint === 'readyz' || !READINESS_CHECKS.includes(name));
  if (check !== undefined) {
    if (!checks.includes(check)) return false;
    await exchange.send(isWell ? 200 : 500, isWell ? 'ok' : `internal server error: ${check} failed\n`, PLAIN);
    return true;
  }
  exchange.response.setHeader('x-content-type-options', 'nosniff');
  if (isWell && !exchange.query.has('verbose')) {
    await exchange.send(200, 'ok', PLAIN);
    return true;
  }
  const excluded = exchange.query.getAll('exclude');
  const marks = checks.map((name) => {
    if (excluded.includes(name)) return `[+]${name} excluded: ok`;
    return isWell ? `[+]${name} ok` : `[-]${name} failed: reason withheld`;
  });
  const verdict = `${endpoint} check ${isWell ? 'passed' : 'failed'}`;
  await exchange.send(isWell ? 200 : 500, `${[...marks, verdict].join('\n')}\n`, PLAIN);
  return true;
}
