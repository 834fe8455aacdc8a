import type { SourcedManifest } from '../../../src/adapters/files/manifest-documents';
import { manifestDocuments } from '../../../src/adapters/files/manifest-documents';
import { prepare } from '../../../src/cli/manifests/prepare';

const input = (text: string): readonly SourcedManifest[] => manifestDocuments(text, 'in.yaml').manifests;
const document = (apiVersion: string, kind: string, name: string, more = ''): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n${more}---\n`;
const environment = (name: string): string =>
  document(
    'adrasteia.dev/v1alpha1',
    'Environment',
    name,
    'spec: {templateRef: {kind: EnvironmentTemplate, name: t}, owner: {kind: User, name: ada}}\n',
  );
const names = (items: readonly SourcedManifest[]): readonly string[] =>
  items.map(({ manifest: { kind, metadata } }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`);

describe('objects made ready to be sent', () => {
  it('come in an order in which an empty cluster can take them', () => {
    const text = [
      environment('env'),
      document(
        'kode.jacero.io/v1alpha1',
        'Kode',
        'kode',
        'spec: {templateRef: {kind: KodeTemplate, name: t}, user: ada}\n',
      ),
      document('v1', 'ConfigMap', 'config'),
      document('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'crd'),
      document('v1', 'Namespace', 'team-a'),
    ].join('');
    expect(names(prepare(input(text), 'team-a').manifests)).toEqual([
      'Namespace -/team-a',
      'CustomResourceDefinition -/crd',
      'ConfigMap -/config',
      'Environment team-a/env',
      'Kode team-a/kode',
    ]);
  });

  it('are put right where an API’s published examples are wrong, and that is said', () => {
    const text = document('v1alpha1', 'KodeTemplate', 'code', 'spec: {type: code-server, image: img}\n');
    const { notices, manifests, problems } = prepare(input(text), 'team-a');
    expect({ notices, problems, ...manifests[0]?.manifest }).toEqual({
      notices: [expect.stringMatching(/^corrected KodeTemplate code: apiVersion: .*\(in\.yaml, document 1\)$/)],
      problems: [],
      apiVersion: 'kode.jacero.io/v1alpha1',
      kind: 'KodeTemplate',
      metadata: { name: 'code', namespace: 'team-a' },
      spec: { type: 'code-server', image: 'img' },
    });
  });

  it('are judged by the rules of their kind, every problem with object, field and place; the others are sent', () => {
    const wrong = document(
      'adrasteia.dev/v1alpha1',
      'Environment',
      'bad',
      'spec: {templateRef: {kind: EnvironmentTemplate, name: t}, ownr: {}}\n',
    );
    const { manifests, problems } = prepare(input(`${wrong}${environment('good')}`), 'team-a');
    expect(names(manifests)).toEqual(['Environment team-a/good']);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['ObjectInvalid', 'Environment team-a/bad: spec.owner: is required (in.yaml, document 1)'],
      [
        'ObjectInvalid',
        'Environment team-a/bad: spec.ownr: unknown field; did you mean "owner"? (in.yaml, document 1)',
      ],
    ]);
  });

  it('are sent once: a second one of the same name is a problem', () => {
    const { manifests, problems } = prepare(input(`${environment('twin')}${environment('twin')}`), 'team-a');
    expect(names(manifests)).toEqual(['Environment team-a/twin']);
    expect(problems.map(({ message }) => message)).toEqual([
      'Environment team-a/twin: metadata.name: is that of another object in in.yaml, document 1: remove one of them (in.yaml, document 2)',
    ]);
  });
});
