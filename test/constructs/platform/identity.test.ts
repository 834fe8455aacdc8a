/** What the platform grants for accounts at an identity provider, and who may change what of them. */
import { kinds } from '../../../constructs/kinds';
import { type PlatformProps, platformTree } from '../../../constructs/platform';
import { TENANT } from '../../../constructs/tenant';
import { type Manifest, valueAt } from '../../../src/api/object';
import { crownlabsTenantSchema } from '../../../src/dialects/crownlabs';
import { renderTree } from '../../../src/synth';

const render = (props: Partial<PlatformProps> = {}): readonly Manifest[] =>
  renderTree(platformTree({ kinds, version: '1.2.3', tenancy: true, ...props })).map(({ manifest }) => manifest);
const rulesOf = (objects: readonly Manifest[]): unknown =>
  objects.find(({ kind, metadata }) => kind === 'Role' && metadata.name.startsWith('adrasteia-controller'))?.['rules'];
const SECRET_RULE = {
  apiGroups: [''],
  resources: ['secrets'],
  resourceNames: ['adrasteia-identity'],
  verbs: ['get'],
};

describe('the credentials for the identity provider', () => {
  it('are read by who looks after tenants: one Secret, in the controller’s own namespace', () => {
    expect(rulesOf(render())).toContainEqual(SECRET_RULE);
    expect(rulesOf(render({ tenancy: false }))).not.toContainEqual(SECRET_RULE);
  });

  it('may be read by a further controller too', () => {
    const objects = render({ instance: 'next', targetLabel: 'stage=next' });
    expect(rulesOf(objects)).toContainEqual(SECRET_RULE);
  });
});

it('the controller reaches an identity provider where it is told to', () => {
  const to = [{ ipBlock: { cidr: '192.0.2.9/32' } }];
  const policy = render({ network: { identityProvider: { to, port: 8443 } } }).find(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'adrasteia-controller',
  );
  expect(valueAt(policy, ['spec', 'egress'])).toContainEqual({ to, ports: [{ port: 8443, protocol: 'TCP' }] });
});

it.each([
  ['adrasteia-tenants', TENANT],
  ['adrasteia-crownlabs-tenants', crownlabsTenantSchema],
])('%s says of every field of a Tenant who may change it', (policy, { spec }) => {
  const admission = render().find(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === policy,
  );
  const text = JSON.stringify(admission?.['spec']);
  expect(Object.keys(spec.properties).filter((field) => !text.includes(`oldObject.spec.${field}`))).toEqual([]);
});
