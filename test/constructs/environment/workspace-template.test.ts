/** Templates of workspaces, used from the namespaces of tenants: who may, and what such a template may say. */
import { environmentFrontEnd } from '../../../constructs/environment';
import type { KubeObject } from '../../../src/api/object';
import { container, environment, lookupOver, template } from './template-fixtures';

type Fields = Readonly<Record<string, unknown>>;

const apiVersion = 'adrasteia.dev/v1alpha1';
const TEA = 'workspace-tea';
const workspace = (status: Fields = { namespace: TEA }, metadata: Fields = {}): KubeObject => ({
  apiVersion,
  kind: 'Workspace',
  metadata: { name: 'tea', ...metadata },
  spec: {},
  status,
});
const tenant = (state: string | undefined, status: Fields = {}, metadata: Fields = {}): KubeObject => ({
  apiVersion,
  kind: 'Tenant',
  metadata: { name: 'ada', ...metadata },
  spec: { workspaces: [{ name: 'tea', role: 'Manager' }] },
  status: {
    namespace: 'tenant-ada',
    ...(state === undefined ? {} : { workspaces: [{ name: 'tea', role: 'Manager', state }] }),
    ...status,
  },
});
const lab = (spec: Fields = {}, namespace = TEA): KubeObject =>
  template(spec, { kind: 'EnvironmentTemplate', metadata: { name: 'lab', namespace } });

const templateRef = { kind: 'EnvironmentTemplate', name: 'lab', namespace: TEA };
const thesis = (spec: Fields = {}, { namespace = 'tenant-ada', ...more }: Fields = {}) =>
  environment({ templateRef, ...spec }, { metadata: { name: 'thesis', namespace }, ...more });
const translate = (object: ReturnType<typeof environment>, ...others: readonly KubeObject[]) =>
  environmentFrontEnd.translate(object, lookupOver(...others));
const refused = (message: RegExp): unknown => ({
  outcome: 'hold',
  reason: 'ReferenceNotPermitted',
  message: expect.stringMatching(message) as string,
});

test('who is in a workspace makes environments from its templates, in the own namespace', () => {
  const translation = translate(thesis(), tenant('Enrolled'), workspace(), lab());
  expect(translation).toMatchObject({ outcome: 'model', notes: { template: { name: 'lab', namespace: TEA } } });
});

test.each([
  {
    because: 'the namespace is nobody’s',
    object: thesis({}, { namespace: 'team-a' }),
    others: [tenant('Enrolled'), workspace(), lab()],
    says: /spec\.templateRef\.namespace: .*"team-a" is no tenant's: name a template of this namespace/,
  },
  {
    because: 'the namespace is called like a tenant’s that has another',
    object: thesis(),
    others: [tenant('Enrolled', { namespace: undefined }), workspace(), lab()],
    says: /"tenant-ada" is no tenant's/,
  },
  {
    because: 'the tenant is being deleted',
    object: thesis(),
    others: [tenant('Enrolled', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), workspace(), lab()],
    says: /"tenant-ada" is no tenant's/,
  },
  {
    because: 'the tenant says so itself, and the controller hasn’t said that it counts',
    object: thesis(),
    others: [tenant(undefined), workspace(), lab()],
    says: /tenant ada is not in workspace tea: ask a manager of the workspace/,
  },
  {
    because: 'there is no such enrolment',
    object: thesis(),
    others: [tenant('Unknown'), workspace(), lab()],
    says: /tenant ada is not in workspace tea/,
  },
  {
    because: 'nobody has agreed yet',
    object: thesis(),
    others: [tenant('Candidate'), workspace(), lab()],
    says: /tenant ada is a candidate for workspace tea: a manager of the workspace has to agree first/,
  },
  {
    because: 'the namespace is called like a workspace’s and isn’t the controller’s',
    object: thesis(),
    others: [tenant('Enrolled'), workspace({}), lab()],
    says: /"workspace-tea" is not the namespace of a workspace/,
  },
  {
    because: 'the workspace is being deleted',
    object: thesis(),
    others: [tenant('Enrolled'), workspace({ namespace: TEA }, { deletionTimestamp: '2026-01-01T00:00:00Z' }), lab()],
    says: /is not the namespace of a workspace/,
  },
  {
    because: 'it is the namespace of another tenant',
    object: thesis({ templateRef: { ...templateRef, namespace: 'tenant-grace' } }),
    others: [tenant('Enrolled'), workspace(), lab({}, 'tenant-grace')],
    says: /"tenant-grace" is not the namespace of a workspace/,
  },
])('a template of another namespace is refused where $because', ({ object, others, says }) => {
  expect(translate(object, ...others)).toEqual(refused(says));
});

test('whether a template is there is said to those who may use it, and to nobody else', () => {
  const without = translate(thesis(), tenant('Unknown'), workspace());
  expect(without).toEqual(translate(thesis(), tenant('Unknown'), workspace(), lab()));
  expect(translate(thesis(), tenant('Enrolled'), workspace())).toMatchObject({ reason: 'TemplateNotFound' });
});

test('who has left a workspace stops what was made from its templates, and starts and makes nothing', () => {
  const made = { status: { template: { kind: 'EnvironmentTemplate', name: 'lab', namespace: TEA } } };
  const left = [tenant('Unknown'), workspace(), lab()];
  expect(translate(thesis({ desiredState: 'Stopped' }, made), ...left)).toMatchObject({
    outcome: 'model',
    model: { running: false },
  });
  expect(translate(thesis({}, made), ...left)).toEqual(refused(/is not in workspace tea/));
  expect(translate(thesis({ desiredState: 'Stopped' }), ...left)).toEqual(refused(/is not in workspace tea/));
});

test('where no tenants are served templates of other namespaces are refused', () => {
  expect(translate(thesis(), lab())).toEqual(refused(/"tenant-ada" is no tenant's/));
});

describe('a workspace’s template', () => {
  const reaching = (fields: Fields, spec: Fields = {}) =>
    translate(
      thesis(),
      tenant('Enrolled'),
      workspace(),
      lab({ workloads: [{ container: container(fields), web: { port: 'http', signIn: 'App' } }], ...spec }),
    );
  const program = (fields: Fields) => ({ name: 'extra', image: 'registry.example.org/extra:1', ...fields });
  const secret = { name: 'KEY', valueFrom: { secretKeyRef: { name: 'git', key: 'password' } } };

  test.each([
    ['a variable from a Secret', reaching({ env: [secret] }), /env\[KEY\]\.valueFrom\.secretKeyRef/],
    ['all of a Secret', reaching({ envFrom: [{ secretRef: { name: 'git' } }] }), /envFrom\[0\]\.secretRef/],
    ['all of a ConfigMap', reaching({ envFrom: [{ configMapRef: { name: 'app' } }] }), /envFrom\[0\]\.configMapRef/],
    [
      'a mounted Secret',
      reaching({ volumes: [{ name: 'keys', mountPath: '/keys', secret: { name: 'git' } }] }),
      /volumes\[keys\]\.secret/,
    ],
    [
      'a mounted ConfigMap',
      reaching({ volumes: [{ name: 'app', mountPath: '/app', configMap: { name: 'app' } }] }),
      /volumes\[app\]\.configMap/,
    ],
    [
      'a plugin’s Secret',
      reaching({}, { initPlugins: [program({ env: [secret] })] }),
      /initPlugins\[extra\]\.env\[KEY\]/,
    ],
    ['a sidecar’s Secret', reaching({}, { sidecars: [program({ env: [secret] })] }), /sidecars\[extra\]\.env\[KEY\]/],
    [
      'another environment’s claim',
      reaching(
        {},
        {
          workloads: [
            {
              container: container(),
              web: { port: 'http', signIn: 'App' },
              storage: { mountPath: '/home/ada', existingClaim: 'other' },
            },
          ],
        },
      ),
      /storage\.existingClaim/,
    ],
    [
      'another namespace’s pods',
      reaching({}, { network: { ingressFrom: [{ namespaceSelector: {} }] } }),
      /network\.ingressFrom\[0\]: may name pods of the same namespace alone/,
    ],
    [
      'private addresses',
      reaching({}, { network: { egressTo: [{ ipBlock: { cidr: '10.0.0.0/8' } }] } }),
      /network\.egressTo\[0\]/,
    ],
    [
      'a class that puts others out',
      reaching({}, { placement: { priorityClassName: 'system-node-critical' } }),
      /placement\.priorityClassName/,
    ],
  ])('reaches for nothing that its author has no right to: %s', (_, translation, says) => {
    expect(translation).toEqual(refused(says));
  });

  test('says the rest as any other does', () => {
    const translation = reaching(
      { env: [{ name: 'PLAIN', value: '1' }], imagePullSecrets: [{ name: 'registry' }] },
      { network: { ingressFrom: [{ podSelector: {} }] }, placement: { priorityClassName: 'low' } },
    );
    expect(translation.outcome).toBe('model');
  });
});

describe('a tenant’s own template', () => {
  const own = thesis({ templateRef: { kind: 'EnvironmentTemplate', name: 'lab' } });

  test('may name Secrets of the namespace, and opens nothing that the Tenancy closes', () => {
    const secret = { workloads: [{ container: container({ envFrom: [{ secretRef: { name: 'git' } }] }) }] };
    expect(translate(own, tenant(undefined), lab(secret, 'tenant-ada')).outcome).toBe('model');
    const peers = { network: { egressTo: [{ namespaceSelector: {} }] } };
    expect(translate(own, tenant(undefined), lab(peers, 'tenant-ada'))).toEqual(refused(/network\.egressTo\[0\]/));
    expect(translate(own, lab(peers, 'tenant-ada')).outcome).toBe('model');
  });
});
