/**
 * Bad input, as kubectl sends it to a real API server: each is refused with what to change, or shows it in a condition; and
 * everything else goes on being served.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_MAP, STATEFUL_SET } from '../../constructs/parts/resource-types';
import type { KubeObject, Manifest } from '../../src/api/object';
import { valueAt } from '../../src/api/object';
import { hasKubectl, kubectl } from '../support/cluster';
import { anyEnvironment, anyTemplate, engineCrds, engineKinds, kode, kodeTemplate, typeOf } from '../support/engine';
import { Harness, type Running } from '../support/harness';
import { testWithKubectl } from '../support/with-kubectl';

jest.setTimeout(120_000);

const ENVIRONMENT = typeOf('Environment');
const KODE = typeOf('Kode', 'kode.jacero.io');

let harness: Harness;
let running: Running;
beforeAll(async () => {
  harness = await Harness.make(engineCrds());
  await harness.apply(typeOf('EnvironmentTemplate'), placed(anyTemplate()));
  await harness.apply(typeOf('KodeTemplate', 'kode.jacero.io'), placed(kodeTemplate()));
  running = await harness.start(engineKinds());
});
afterAll(async () => {
  await harness.close();
});

const placed = (manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace: harness.namespace },
});

/** A template with one thing changed in its only workload's container. */
const withContainer = (container: Record<string, unknown>, more: Record<string, unknown> = {}): Manifest =>
  badTemplate({
    workloads: [
      {
        name: 'main',
        container: { image: 'registry.example.org/app:1', ports: [{ name: 'http', port: 8080 }], ...container },
        web: { port: 'http', signIn: 'App' },
        ...more,
      },
    ],
  });

const badTemplate = (spec: Record<string, unknown>): Manifest => ({ ...anyTemplate(spec), metadata: { name: 'bad' } });

const long = 'a'.repeat(60);

interface Refused {
  readonly because: string;
  readonly object: () => Manifest | string;
  /** Words of the answer: the field, and what to do. */
  readonly says: readonly RegExp[];
}

const refused: readonly Refused[] = [
  {
    because: 'a number where a text belongs',
    object: () => anyEnvironment('bad', { displayName: 7 }),
    says: [/spec\.displayName/, /string/],
  },
  {
    because: 'a text where a list belongs',
    object: () => anyEnvironment('bad', { initPlugins: 'git' }),
    says: [/spec\.initPlugins/, /array/],
  },
  {
    because: 'a text where an object belongs',
    object: () => anyEnvironment('bad', { templateRef: 'any' }),
    says: [/spec\.templateRef/, /object/],
  },
  {
    because: 'a required field is missing',
    object: () => ({ ...anyEnvironment('bad'), spec: { owner: { kind: 'User', name: 'ada' } } }),
    says: [/spec\.templateRef/, /[Rr]equired/],
  },
  {
    because: 'there is no spec',
    object: () => ({ apiVersion: 'adrasteia.dev/v1alpha1', kind: 'Environment', metadata: { name: 'bad' } }),
    says: [/spec/, /[Rr]equired/],
  },
  {
    because: 'a word is not one of those allowed',
    object: () => anyEnvironment('bad', { desiredState: 'Paused' }),
    says: [/spec\.desiredState/, /Running/, /Stopped/],
  },
  {
    because: 'a field is unknown',
    object: () => anyEnvironment('bad', { dispayName: 'typo' }),
    says: [/unknown field "spec\.dispayName"/],
  },
  {
    because: 'a field of a list item is unknown',
    object: () => withContainer({ imagee: 'typo' }),
    says: [/unknown field "spec\.workloads\[0\]\.container\.imagee"/],
  },
  { because: 'the name is too long for a StatefulSet', object: () => anyEnvironment(long), says: [/52/] },
  {
    because: 'the name begins with a digit, which a Service’s must not',
    object: () => anyEnvironment('3d'),
    says: [/letter/],
  },
  { because: 'the name has a dot', object: () => anyEnvironment('my.env'), says: [/letter|label|dash/i] },
  {
    because: 'a port is out of range',
    object: () => withContainer({ ports: [{ name: 'http', port: 70_000 }] }),
    says: [/port/, /65535/],
  },
  {
    because: 'a quantity is none',
    object: () => withContainer({}, { storage: { mountPath: '/home/dev', size: '10 gigabytes' } }),
    says: [/size/],
  },
  {
    because: 'a path is not absolute',
    object: () => withContainer({}, { storage: { mountPath: 'home', size: '1Gi' } }),
    says: [/mountPath/, /should match '\^\/'/],
  },
  {
    because: 'two workloads have one name',
    object: () => badTemplate({ workloads: [1, 2].map(() => ({ name: 'main', container: { image: 'a:1' } })) }),
    says: [/workloads/, /[Dd]uplicate/],
  },
  { because: 'there is no workload', object: () => badTemplate({ workloads: [] }), says: [/workloads/, /at least 1/] },
  {
    because: 'a namespaced template asks for less than Pod Security Restricted',
    object: () => badTemplate({ security: { podSecurity: 'Privileged', reason: 'because' } }),
    says: [/security|podSecurity/],
  },
  {
    because: '1.5 MB do not fit',
    object: () => anyEnvironment('bad', { displayName: 'x'.repeat(1_600_000) }),
    says: [/too (large|long)|limit|displayName/i],
  },
  {
    because: 'a member is called __proto__',
    object: () =>
      JSON.stringify(placed(anyEnvironment('bad'))).replace('"spec":{', '"spec":{"__proto__":{"polluted":true},'),
    says: [/unknown field "spec\.__proto__"/],
  },
  {
    because: 'a Kode names no template',
    object: () => ({ ...kode('bad'), spec: {} }),
    says: [/spec\.templateRef/, /[Rr]equired/],
  },
  {
    because: 'a Kode’s template kind is not known',
    object: () => kode('bad', { templateRef: { kind: 'Template', name: 'editor' } }),
    says: [/templateRef\.kind/, /KodeTemplate/],
  },
  { because: 'a Kode’s name is too long', object: () => kode(long), says: [/52/] },
  {
    because: 'a Kode’s workspace is absolute',
    object: () => kode('bad', { workspace: '/etc' }),
    says: [/spec\.workspace/],
  },
  { because: 'a Kode template has no image', object: () => kodeTemplate({ image: '' }), says: [/spec\.image/] },
  {
    because: 'an object’s apiVersion has no group',
    object: () => ({ ...kode('bad'), apiVersion: 'v1alpha1' }),
    says: [/v1alpha1/],
  },
];

interface Shown {
  readonly because: string;
  readonly object: () => Manifest;
  readonly reason: string;
  readonly says: RegExp;
}

const shown: readonly Shown[] = [
  {
    because: 'the template is unknown',
    object: () => anyEnvironment('lost', { templateRef: { kind: 'EnvironmentTemplate', name: 'anny' } }),
    reason: 'TemplateNotFound',
    says: /anny/,
  },
  {
    because: 'a parameter is unknown',
    object: () => anyEnvironment('params', { parameters: { sise: 'large' } }),
    reason: 'Invalid',
    says: /sise/,
  },
  {
    because: 'the template allows no override',
    object: () => anyEnvironment('greedy', { overrides: { storage: { main: { size: '900Gi' } } } }),
    reason: 'Invalid',
    says: /overrides/,
  },
  {
    because: 'a Kode’s template is unknown',
    object: () => kode('lost', { templateRef: { kind: 'KodeTemplate', name: 'editr' } }),
    reason: 'TemplateNotFound',
    says: /editr/,
  },
  {
    because: 'a reference into another namespace is not permitted',
    object: () => kode('curious', { templateRef: { kind: 'KodeTemplate', name: 'editor', namespace: 'kube-system' } }),
    reason: 'ReferenceNotPermitted',
    says: /allowed-namespaces/,
  },
  {
    because: 'a Kode asks for privileges that its template does not allow',
    object: () => kode('mighty', { privileged: true }),
    reason: 'Invalid',
    says: /allowPrivileged/,
  },
];

/** Texts that mean something to a shell, to YAML, to a template language or to a label parser. */
const injections = [
  '$(touch /tmp/x)',
  '`id`',
  '"; rm -rf / #',
  "' OR 1=1 --",
  '{{ .Values.x }}',
  '${jndi:ldap://x}',
  '\n---\nkind: Secret\n',
  '!!js/function x',
  '*alias',
  '<script>',
  '\u0000'.slice(1) + '\u202e',
  '$(params.size)',
];

describe('bad input', () => {
  test('there are at least thirty', () => {
    expect(refused.length + shown.length + 1).toBeGreaterThanOrEqual(30);
  });

  testWithKubectl.each(refused)('is refused when $because', ({ object, says }) => {
    const given = object();
    const input = typeof given === 'string' ? given : JSON.stringify(placed(given));
    const { stderr, code } = kubectl(['apply', '-f', '-'], { input, expectFailure: true });
    expect(code).not.toBe(0);
    for (const words of says) expect(stderr).toMatch(words);
  });

  test.each(shown)('shows in a condition when $because', async ({ object, reason, says }) => {
    const manifest = placed(object());
    const type = manifest.kind === 'Kode' ? KODE : ENVIRONMENT;
    await harness.apply(type, manifest);
    const told = await harness.until(
      type,
      manifest.metadata.name,
      `says ${reason}`,
      (live) => conditionOf(live, 'Admitted')?.reason === reason,
    );
    expect(conditionOf(told, 'Admitted')?.message).toMatch(says);
    expect(await harness.get(STATEFUL_SET, manifest.metadata.name)).toBeUndefined();
  });

  test('in every text that reaches a manifest stays a text', async () => {
    const env = injections.map((value, index) => ({ name: `INJECTION_${index}`, value }));
    const text = injections.join(' ');
    await harness.apply(
      typeOf('EnvironmentTemplate'),
      placed({
        ...withContainer({ env, args: injections, command: ['/bin/app', ...injections] }),
        metadata: { name: 'injected' },
      }),
    );
    await harness.apply(
      ENVIRONMENT,
      placed(
        anyEnvironment('injected', {
          templateRef: { kind: 'EnvironmentTemplate', name: 'injected' },
          displayName: text.replaceAll('\n', ' ').slice(0, 120),
        }),
      ),
    );
    const told = await harness.until(ENVIRONMENT, 'injected', 'is judged', (live) => live.status !== undefined);
    // `$(params.size)` is the template language’s own, and no such parameter is declared: that is said, not guessed.
    expect(conditionOf(told, 'Admitted')?.message).toMatch(/params?\b.*size|size.*param/i);
    const plain = injections.filter((value) => !value.includes('$(params'));
    await harness.apply(
      typeOf('EnvironmentTemplate'),
      placed({
        ...withContainer({
          env: plain.map((value, index) => ({ name: `INJECTION_${index}`, value })),
          args: plain,
          command: ['/bin/app', ...plain],
        }),
        metadata: { name: 'injected' },
      }),
    );
    const set = await harness.until(STATEFUL_SET, 'injected', 'is there', () => true);
    const container = valueAt(set, ['spec', 'template', 'spec', 'containers', 0]) as {
      env: { name: string; value: string }[];
      args: string[];
      command: string[];
    };
    expect(container.args).toEqual(plain);
    expect(container.command.slice(1)).toEqual(plain);
    expect(container.env.filter(({ name }) => name.startsWith('INJECTION')).map(({ value }) => value)).toEqual(plain);
    const { items } = await harness.cluster.list(
      { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true },
      { namespace: harness.namespace },
    );
    expect(items.filter(({ metadata }) => metadata.name === 'injected')).toEqual([]);
  });

  test('stops nothing: a good environment beside it is made, and the controller has not failed', async () => {
    await harness.apply(ENVIRONMENT, placed(anyEnvironment('good')));
    await harness.until(STATEFUL_SET, 'good', 'is there', () => true);
    expect(running.fatal).toEqual([]);
    expect(running.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(await harness.get(CONFIG_MAP, 'kube-root-ca.crt')).toBeDefined();
  });
});

function conditionOf(
  object: KubeObject,
  type: string,
): { readonly reason: string; readonly message: string } | undefined {
  const conditions = valueAt(object, ['status', 'conditions']);
  return Array.isArray(conditions)
    ? (conditions as { type: string; reason: string; message: string }[]).find((condition) => condition.type === type)
    : undefined;
}

const OTHERS = join(__dirname, '../../../shared/seeds/samples/kode');

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it
(existsSync(OTHERS) && hasKubectl() ? describe : describe.skip)(
  'the published objects of kode-operator, by kubectl (where a copy lies beside the checkout)',
  () => {
    test.each(existsSync(OTHERS) ? readdirSync(OTHERS).sort() : [])(
      '%s is applied, or refused with the version to change',
      (file) => {
        const path = join(OTHERS, file);
        const isBare = /^apiVersion: v1alpha1$/m.test(readFileSync(path, 'utf8'));
        const { stdout, stderr } = kubectl(['apply', '--dry-run=server', '-f', path], { expectFailure: isBare });
        if (isBare) expect(stderr).toMatch(/no matches for kind "\w+" in version "v1alpha1"/);
        else expect(stdout).toContain('created (server dry run)');
      },
    );
  },
);
