/** The webhook of quotas as objects: there only where it is asked for, and in nobody's way. */
import { kinds } from '../../../constructs/kinds';
import { type PlatformProps, platformTree } from '../../../constructs/platform';
import { type Manifest, valueAt } from '../../../src/api/object';
import { renderTree } from '../../../src/synth';

function objects(props: Partial<PlatformProps>): readonly Manifest[] {
  return renderTree(platformTree({ kinds, version: '1.2.3', ...props })).map(({ manifest }) => manifest);
}
const named = (of: readonly Manifest[]) => of.filter(({ metadata }) => metadata.name === 'adrasteia-quota');
const args = (of: readonly Manifest[]) =>
  valueAt(
    of.find(({ kind }) => kind === 'Deployment'),
    ['spec', 'template', 'spec', 'containers', 0, 'args'],
  );

describe('the webhook of quotas', () => {
  test('isn’t there unless it is asked for', () => {
    expect(named(objects({ tenancy: true }))).toEqual([]);
    expect(args(objects({ tenancy: true }))).not.toContain('--quota-webhook');
  });

  test('asks about environments of every API in tenants’ namespaces alone, and lets everything pass while it is away', () => {
    const [configuration] = named(objects({ tenancy: true, quotaWebhook: true })).filter(
      ({ kind }) => kind === 'ValidatingWebhookConfiguration',
    );
    expect(valueAt(configuration, ['webhooks', 0])).toMatchObject({
      name: 'quota.adrasteia.dev',
      clientConfig: { service: { namespace: 'adrasteia-system', name: 'adrasteia-quota', path: '/quota', port: 443 } },
      failurePolicy: 'Ignore',
      sideEffects: 'None',
      timeoutSeconds: 3,
      namespaceSelector: { matchExpressions: [{ key: 'adrasteia.dev/tenant', operator: 'Exists' }] },
    });
    const resources = (valueAt(configuration, ['webhooks', 0, 'rules']) as { resources: string[] }[]).flatMap(
      (rule) => rule.resources,
    );
    expect([...new Set(resources)].sort()).toEqual(['environments', 'jupyterservers', 'kodes']);
  });

  test('lets the controller say whom to believe in its own configuration, and in no other', () => {
    const own = named(objects({ tenancy: true, quotaWebhook: true }));
    expect(own.map(({ kind }) => kind).sort()).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'NetworkPolicy',
      'Service',
      'ValidatingWebhookConfiguration',
    ]);
    expect(own.find(({ kind }) => kind === 'ClusterRole')?.['rules']).toEqual([
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['validatingwebhookconfigurations'],
        resourceNames: ['adrasteia-quota'],
        verbs: ['get', 'patch'],
      },
    ]);
    expect(args(objects({ tenancy: true, quotaWebhook: true }))).toContain('--quota-webhook');
  });

  test('is refused where no tenants are served, and for a further controller', () => {
    expect(() => objects({ quotaWebhook: true })).toThrow('ask for tenancy');
    expect(() => objects({ tenancy: true, quotaWebhook: true, instance: 'next', targetLabel: 'a=b' })).toThrow(
      'the platform’s own controller',
    );
  });
});

test('a further controller leaves reservations to the platform’s own, which looks after environments', () => {
  const rules = objects({ tenancy: true, instance: 'next', targetLabel: 'a=b' }).find(
    ({ kind }) => kind === 'ClusterRole',
  )?.['rules'];
  expect(JSON.stringify(rules)).toContain('"quotaallocations"');
  expect(JSON.stringify(rules)).not.toContain('quotaallocations/status');
});
