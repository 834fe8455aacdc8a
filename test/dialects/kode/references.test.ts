import type { Manifest } from '../../../src/api/object';
import { ALLOWED_NAMESPACES_ANNOTATION } from '../../../src/api/well-known';
import { kodeFrontEnd } from '../../../src/dialects/kode';
import type { KodeSpec } from '../../../src/dialects/kode/kode';
import type { KodeTemplateSpec } from '../../../src/dialects/kode/kode-template';
import type { AccessModel } from '../../../src/model/environment-model';
import { objectLookup } from '../object-lookup';
import { clusterTemplate, envoyConfig, kode, modelled, template, translated } from './objects';

const permitting = (namespaces: string) => ({ [ALLOWED_NAMESPACES_ANNOTATION]: namespaces });
/** What asked for the sign-in that closes an environment without an access layer. */
function askedBy(access: AccessModel): string {
  return access.mode === 'Closed' ? (access.message.split(' asks for a sign-in')[0] ?? '') : access.mode;
}

const inB = { kind: 'KodeTemplate' as const, name: 'small', namespace: 'team-b' };

interface TemplateCase {
  readonly because: string;
  readonly templateRef: KodeSpec['templateRef'];
  readonly others: readonly Manifest[];
  readonly outcome: string;
}

describe('a reference to a template', () => {
  const cases: readonly TemplateCase[] = [
    {
      because: 'a template is looked for in the namespace of the Kode',
      templateRef: { kind: 'KodeTemplate', name: 'small' },
      others: [template()],
      outcome: 'KodeTemplate team-a/small',
    },
    {
      because: 'an empty namespace is none',
      templateRef: { kind: 'KodeTemplate', name: 'small', namespace: '' },
      others: [template()],
      outcome: 'KodeTemplate team-a/small',
    },
    {
      because: 'the kind is honoured: a cluster template of the same name is another one',
      templateRef: { kind: 'KodeTemplate', name: 'small' },
      others: [clusterTemplate()],
      outcome: 'TemplateNotFound',
    },
    {
      because: 'a cluster template has no namespace, whatever the reference says',
      templateRef: { kind: 'KodeClusterTemplate', name: 'small', namespace: 'team-b' },
      others: [clusterTemplate()],
      outcome: 'KodeClusterTemplate small',
    },
    {
      because: 'a missing cluster template holds',
      templateRef: { kind: 'KodeClusterTemplate', name: 'small' },
      others: [],
      outcome: 'TemplateNotFound',
    },
    {
      because: 'another namespace has to permit it',
      templateRef: inB,
      others: [template({}, { namespace: 'team-b' })],
      outcome: 'ReferenceNotPermitted',
    },
    {
      because: 'whether a template of another namespace exists is not told',
      templateRef: inB,
      others: [],
      outcome: 'ReferenceNotPermitted',
    },
    {
      because: 'the annotation names the namespace of the Kode',
      templateRef: inB,
      others: [template({}, { namespace: 'team-b', annotations: permitting('team-c, team-a') })],
      outcome: 'KodeTemplate team-b/small',
    },
    {
      because: 'a star permits every namespace',
      templateRef: inB,
      others: [template({}, { namespace: 'team-b', annotations: permitting('*') })],
      outcome: 'KodeTemplate team-b/small',
    },
    {
      because: 'a part of a name permits nothing',
      templateRef: inB,
      others: [template({}, { namespace: 'team-b', annotations: permitting('team-abc,team') })],
      outcome: 'ReferenceNotPermitted',
    },
  ];

  it.each(cases)('$because', ({ templateRef, others, outcome }) => {
    const translation = translated(kode({ templateRef }), others);
    expect(translation.outcome === 'model' ? translation.notes['template'] : translation.reason).toBe(outcome);
  });
});

interface ProxyCase {
  readonly because: string;
  readonly spec: Partial<KodeTemplateSpec>;
  readonly others: readonly Manifest[];
  readonly outcome: string;
}

describe('a reference to a proxy configuration', () => {
  const cases: readonly ProxyCase[] = [
    { because: 'without one the app is its own guard', spec: {}, others: [], outcome: 'Open' },
    {
      because: 'the namespace is that of the template',
      spec: { envoyProxyRef: { kind: 'EnvoyProxyConfig', name: 'opa' } },
      others: [envoyConfig('opa', 'team-a')],
      outcome: 'EnvoyProxyConfig team-a/opa',
    },
    {
      because: 'the later spelling means the same',
      spec: { envoyConfigRef: { kind: 'EnvoyProxyConfig', name: 'opa' } },
      others: [envoyConfig('opa', 'team-a')],
      outcome: 'EnvoyProxyConfig team-a/opa',
    },
    {
      because: 'the kind is honoured for a namespaced template too',
      spec: { envoyProxyRef: { kind: 'EnvoyProxyClusterConfig', name: 'basic' } },
      others: [envoyConfig('basic', 'team-a'), envoyConfig('basic', undefined)],
      outcome: 'EnvoyProxyClusterConfig basic',
    },
    {
      because: 'without a kind a namespace means the namespaced kind',
      spec: { envoyProxyRef: { name: 'opa', namespace: 'team-a' } },
      others: [envoyConfig('opa', undefined), envoyConfig('opa', 'team-a')],
      outcome: 'EnvoyProxyConfig team-a/opa',
    },
    {
      because: 'without kind and namespace the namespaced one comes first',
      spec: { envoyProxyRef: { name: 'opa' } },
      others: [envoyConfig('opa', undefined), envoyConfig('opa', 'team-a')],
      outcome: 'EnvoyProxyConfig team-a/opa',
    },
    {
      because: 'and then the one of the cluster',
      spec: { envoyProxyRef: { name: 'opa' } },
      others: [envoyConfig('opa', undefined)],
      outcome: 'EnvoyProxyClusterConfig opa',
    },
    {
      because: 'a configuration that does not exist is asked for all the same, so that nothing is open without it',
      spec: { envoyProxyRef: { kind: 'EnvoyProxyConfig', name: 'opa' } },
      others: [],
      outcome: 'EnvoyProxyConfig team-a/opa (which does not exist)',
    },
    {
      because: 'and so is one of which neither kind exists',
      spec: { envoyProxyRef: { name: 'opa' } },
      others: [],
      outcome: 'EnvoyProxyConfig team-a/opa or EnvoyProxyClusterConfig opa (which does not exist)',
    },
    {
      because: 'another namespace has to permit it; until then the environment is closed, not left as it was',
      spec: { envoyProxyRef: { name: 'opa', namespace: 'team-b' } },
      others: [envoyConfig('opa', 'team-b')],
      outcome:
        'EnvoyProxyConfig team-b/opa (which does not exist or does not permit references from namespace team-a; ' +
        'its owner can annotate it with adrasteia.dev/allowed-namespaces: team-a)',
    },
    {
      because: 'and then it is used',
      spec: { envoyProxyRef: { name: 'opa', namespace: 'team-b' } },
      others: [envoyConfig('opa', 'team-b', permitting('team-a'))],
      outcome: 'EnvoyProxyConfig team-b/opa',
    },
    {
      because: 'a reference without a name is a mistake, not the absence of a sign-in',
      spec: { envoyProxyRef: { name: '' } },
      others: [],
      outcome: 'Invalid',
    },
  ];

  it.each(cases)('$because', ({ spec, others, outcome }) => {
    const translation = translated(kode(), [template(spec), ...others]);
    if (translation.outcome === 'hold') expect(translation.reason).toBe(outcome);
    else expect(askedBy(translation.model.access)).toBe(outcome);
  });

  it('of a template in another namespace stays with the template', () => {
    const shared = template({ envoyProxyRef: { name: 'opa' } }, { namespace: 'team-b', annotations: permitting('*') });
    const { model } = modelled(kode({ templateRef: inB }), [
      shared,
      envoyConfig('opa', 'team-b'),
      envoyConfig('opa', 'team-a'),
    ]);
    expect(model.access).toMatchObject({
      mode: 'Closed',
      message: expect.stringContaining(`EnvoyProxyConfig team-b/opa asks for a sign-in`) as string,
    });
  });

  it('of a cluster template is looked for in the namespace of the Kode', () => {
    const reference = { kind: 'KodeClusterTemplate' as const, name: 'small' };
    const { model } = modelled(kode({ templateRef: reference }), [
      clusterTemplate({ envoyProxyRef: { name: 'opa' } }),
      envoyConfig('opa', 'team-a'),
    ]);
    expect(model.access).toMatchObject({
      mode: 'Closed',
      message: expect.stringContaining(`EnvoyProxyConfig team-a/opa asks for a sign-in`) as string,
    });
  });

  it('without a kind reads both kinds, so that either changing plans again', () => {
    const object = kode();
    const lookup = objectLookup([object, template({ envoyProxyRef: { name: 'opa' } }), envoyConfig('opa', 'team-a')]);
    kodeFrontEnd.translate(object, lookup);
    expect(lookup.asked).toEqual(
      expect.arrayContaining([
        'EnvoyProxyConfig.kode.jacero.io/team-a/opa',
        'EnvoyProxyClusterConfig.kode.jacero.io//opa',
      ]),
    );
  });
});

describe('messages', () => {
  it.each([
    {
      others: [],
      text: 'Kode team-a/thesis: spec.templateRef: KodeTemplate team-a/small does not exist: create it, or correct the reference',
    },
  ])('say what to do: $text', ({ others, text }) => {
    const translation = translated(kode(), others);
    expect(translation.outcome === 'hold' && translation.message).toBe(text);
  });
});
