/** Quota at admission: what is refused and how, what happens without an answer, and a certificate that changes meanwhile. */

import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { kinds } from '../../constructs/kinds';
import {
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  NAMESPACE,
  SECRET,
  SERVICE_ACCOUNT,
  STATEFUL_SET,
} from '../../constructs/parts/resource-types';
import { platformTree, quotaWebhookRules } from '../../constructs/platform';
import { KubernetesCluster } from '../../src/adapters/kubernetes/client';
import { systemClock } from '../../src/adapters/system-clock';
import { canonicalJson, type JsonObject } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { createAuthority, issueServerCertificate } from '../../src/apiserver/certificates/certificate-authority';
import { Controller } from '../../src/controller/controller';
import { QuotaWebhook } from '../../src/controller/quota-webhook';
import { currentCertificate } from '../../src/controller/quota-webhook/certificates';
import { hasCode } from '../../src/errors';
import { renderTree } from '../../src/synth';
import { TENANT_LABEL } from '../../src/tenancy/names';
import { QUOTA_WEBHOOK, QUOTA_WEBHOOK_PATH } from '../../src/tenancy/quota-webhook';
import { anyEnvironment, anyTemplate, engineCrds, engineKinds, typeOf } from '../support/engine';
import { eventually } from '../support/eventually';
import { Harness, type Running } from '../support/harness';
import { silentLogger } from '../support/silent-logger';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const TEMPLATE = typeOf('EnvironmentTemplate');
const ALLOCATION = typeOf('QuotaAllocation');
const KINDS = engineKinds();
const RBAC_VERSION = 'rbac.authorization.k8s.io/v1';
const CONFIGURATION: ResourceType = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  namespaced: false,
};

/** An environment of the tenant whose namespace it is: the platform's policies, where they are in force, ask for no other. */
const environment = (of: string, spec: Record<string, unknown> = {}) =>
  anyEnvironment(of, { owner: { kind: 'Tenant', name: 'ada' }, ...spec });

let harness: Harness;
let running: Running;
let webhook: QuotaWebhook;
let name: string;
const webhooks: QuotaWebhook[] = [];
beforeEach(async () => {
  harness = await Harness.make(engineCrds());
  name = `quota-${harness.namespace}`;
  await harness.cluster.patch(
    NAMESPACE,
    { name: harness.namespace },
    { metadata: { labels: { [TENANT_LABEL]: 'ada' } } },
    { type: 'merge' },
  );
  await harness.apply(TEMPLATE, placed(anyTemplate()));
  running = await harness.start(KINDS);
  webhook = newWebhook();
  await webhook.start();
  await harness.cluster.create(CONFIGURATION, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: QUOTA_WEBHOOK,
        clientConfig: { url: `https://127.0.0.1:${String(webhook.port)}${QUOTA_WEBHOOK_PATH}` },
        ...quotaWebhookRules(kinds),
      },
    ],
  });
  await webhook.look();
});
afterEach(async () => {
  await harness.cluster.delete(CONFIGURATION, { name });
  for (const one of webhooks.splice(0)) await one.close();
  await harness.close();
});

function newWebhook(): QuotaWebhook {
  const made = new QuotaWebhook({
    cluster: harness.cluster,
    clock: systemClock,
    log: silentLogger(),
    preview: (object) => running.runtime.preview(object),
    namespace: harness.namespace,
    hosts: ['127.0.0.1'],
    name,
    host: '127.0.0.1',
    port: 0,
  });
  webhooks.push(made);
  return made;
}

const placed = (manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace: harness.namespace },
});
/** Each environment of the template takes one core. */
const allocate = (cpu: string): Promise<KubeObject> =>
  harness.apply(
    ALLOCATION,
    placed({
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'QuotaAllocation',
      metadata: { name: 'quota' },
      spec: { hard: { cpu } },
    }),
  );

/** `Yes`, or the words of the refusal. */
async function asked(environment: Manifest, options: { readonly dryRun?: boolean } = {}): Promise<string> {
  try {
    await harness.cluster.apply(ENVIRONMENT, placed(environment), { fieldManager: 'person', force: true, ...options });
    return 'Yes';
  } catch (error) {
    if (hasCode(error, 'ApiForbidden')) return error.message;
    throw error;
  }
}
const runs = (of: string): Promise<KubeObject> =>
  harness.until(STATEFUL_SET, of, 'runs', (set) => valueAt(set, ['spec', 'replicas']) === 1);
/** A configuration counts a moment after it is written. */
const isAsked = (): Promise<unknown> =>
  eventually('the webhook is asked', async () => (await asked(environment('probe'), { dryRun: true })) !== 'Yes');
const waits = (of: string): Promise<KubeObject> =>
  harness.until(
    ENVIRONMENT,
    of,
    'waits for room',
    (object) => valueAt(object, ['status', 'blockedBy', 'reason']) === 'QuotaExceeded',
  );

describe('an environment that a quota has no room for', () => {
  test('is refused with what is left and what it takes, and one that fits is made', async () => {
    await allocate('1500m');
    expect(await asked(environment('one'))).toBe('Yes');
    await runs('one');
    await isAsked();
    expect(await asked(environment('two'))).toContain(
      `The quota of namespace ${harness.namespace} has no room: it takes cpu 1 where 500m of 1500m is left`,
    );
    expect(await harness.get(ENVIRONMENT, 'two')).toBeUndefined();
    expect(await asked(environment('two', { desiredState: 'Stopped' }))).toBe('Yes');
    await harness.until(
      ENVIRONMENT,
      'two',
      'is stopped',
      (object) => valueAt(object, ['status', 'phase']) === 'Stopped',
    );
    expect(await asked(environment('two', { desiredState: 'Running' }))).toContain('it takes cpu 1');
    await allocate('2');
    await eventually('two starts', async () => (await asked(environment('two'))) === 'Yes');
    await runs('two');
  });

  test('may be changed in other ways while it waits, and is made where its template isn’t known', async () => {
    await allocate('2');
    await asked(environment('one'));
    await asked(environment('two'));
    await runs('one');
    await runs('two');
    await isAsked();
    const unknown = { templateRef: { kind: 'EnvironmentTemplate', name: 'later' } };
    expect(await asked(environment('three', unknown))).toBe('Yes');
    await allocate('0');
    await harness.apply(TEMPLATE, {
      ...placed(anyTemplate()),
      metadata: { name: 'later', namespace: harness.namespace },
    });
    await waits('three');
    expect(await asked(environment('three', { ...unknown, displayName: 'Later' }))).toBe('Yes');
    expect(await asked(environment('one', { displayName: 'Still mine' }))).toBe('Yes');
    expect(await asked(environment('one', { desiredState: 'Stopped' }))).toBe('Yes');
  });

  test('is made while nobody answers, and waits', async () => {
    await allocate('0');
    await isAsked();
    await webhook.close();
    expect(await asked(environment('one'))).toBe('Yes');
    await waits('one');
    expect(await harness.get(STATEFUL_SET, 'one')).toBeUndefined();
  });
});

describe('the certificate', () => {
  const decoded = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : '', 'base64').toString();
  const fingerprint = (port = 0): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.end();
      });
      socket.once('error', reject);
    });
  const kept = async (): Promise<string> => decoded(valueAt(await harness.get(SECRET, name), ['data', 'tls.crt']));

  test('is made anew before it ends while the webhook goes on, and the one before stays believed', async () => {
    await allocate('0');
    await isAsked();
    const first = await fingerprint(webhook.port);
    await webhook.look();
    expect(await fingerprint(webhook.port)).toBe(first);
    // Three quarters of its year are over.
    const old = new Date(Date.now() - 280 * 86_400_000);
    const authority = await createAuthority('old', old);
    const issued = await issueServerCertificate(authority, { commonName: 'old' }, { hosts: ['127.0.0.1'], now: old });
    const encoded = (text: string): string => Buffer.from(text).toString('base64');
    await harness.cluster.patch(
      SECRET,
      { name, namespace: harness.namespace },
      {
        data: {
          'tls.crt': encoded(issued.certificate),
          'tls.key': encoded(issued.key),
          'ca.crt': encoded(authority.certificate),
        },
      },
      { type: 'merge' },
    );
    await webhook.look();
    const next = await fingerprint(webhook.port);
    expect(new X509Certificate(await kept()).fingerprint256).toBe(next);
    expect(next).not.toBe(first);
    const configuration = await harness.cluster.get(CONFIGURATION, { name });
    const bundle = decoded(valueAt(configuration, ['webhooks', 0, 'clientConfig', 'caBundle']));
    expect(bundle).toContain(authority.certificate);
    expect(bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    await isAsked();
  });

  test('is made by a controller that is told to answer admission', async () => {
    const controller = new Controller({
      cluster: harness.cluster,
      clock: systemClock,
      log: silentLogger(),
      namespace: harness.namespace,
      systemNamespace: harness.namespace,
      tenancy: true,
      leaderElection: false,
      quotaWebhook: { host: '127.0.0.1', port: 0 },
      onFatal: (error) => {
        throw error;
      },
    });
    try {
      await controller.start();
      const secret = await harness.get(SECRET, 'adrasteia-quota');
      const certificate = new X509Certificate(decoded(valueAt(secret, ['data', 'tls.crt'])));
      expect(certificate.checkHost(`adrasteia-quota.${harness.namespace}.svc`)).toBeDefined();
    } finally {
      await controller.stop();
    }
  });

  test('is looked after with the rights that the platform gives the controller, and no others', async () => {
    const account = 'controller';
    await harness.apply(
      SERVICE_ACCOUNT,
      placed({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } }),
    );
    const platform = renderTree(platformTree({ kinds, version: '1.2.3', tenancy: true, quotaWebhook: true }));
    const roles = platform
      .map(({ manifest }) => manifest)
      .filter(
        ({ kind, metadata }) =>
          kind === 'ClusterRole' && ['adrasteia-controller', 'adrasteia-quota'].includes(metadata.name),
      );
    const rules = roles.flatMap(({ rules: given }) => given as readonly JsonObject[]);
    const named = rules.map((rule) =>
      canonicalJson(rule['resourceNames']) === '["adrasteia-quota"]' ? { ...rule, resourceNames: [name] } : rule,
    );
    await harness.cluster.create(CLUSTER_ROLE, {
      apiVersion: RBAC_VERSION,
      kind: 'ClusterRole',
      metadata: { name },
      rules: named,
    });
    await harness.cluster.create(CLUSTER_ROLE_BINDING, {
      apiVersion: RBAC_VERSION,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: harness.namespace }],
    });
    const token = await harness.cluster.create(
      { ...SERVICE_ACCOUNT, kind: 'TokenRequest', plural: `serviceaccounts/${account}/token` },
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: { namespace: harness.namespace, name: account },
        spec: { expirationSeconds: 3600 },
      },
    );
    const client = new KubernetesCluster({
      ...harness.cluster.connection,
      user: { token: valueAt(token, ['status', 'token']) as string },
    });
    const options = { cluster: client, namespace: harness.namespace, hosts: ['127.0.0.1'], name };
    try {
      await harness.cluster.delete(SECRET, { name, namespace: harness.namespace });
      const made = await eventually('the rights are there', async () => {
        try {
          return await currentCertificate(options, new Date());
        } catch (error) {
          if (hasCode(error, 'ApiForbidden')) return undefined;
          throw error;
        }
      });
      const later = new Date(Date.now() + 300 * 86_400_000);
      const renewed = await currentCertificate(options, later);
      expect(renewed.certificate).not.toBe(made.certificate);
      expect(renewed.authorities).toContain(made.authorities.slice(0, 200));
    } finally {
      await client.close();
      await harness.cluster.delete(CLUSTER_ROLE_BINDING, { name });
      await harness.cluster.delete(CLUSTER_ROLE, { name });
    }
  });

  test('is one for all replicas, also where they begin at once', async () => {
    await harness.cluster.delete(SECRET, { name, namespace: harness.namespace });
    const replicas = [newWebhook(), newWebhook(), newWebhook()];
    await Promise.all(replicas.map((replica) => replica.start()));
    const fingerprints = new Set(await Promise.all(replicas.map(({ port }) => fingerprint(port))));
    expect([...fingerprints]).toEqual([new X509Certificate(await kept()).fingerprint256]);
  });
});
