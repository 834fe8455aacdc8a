import { Output } from '../../../src/cli/output';
import { environmentListText, type ListForm } from '../../../src/cli/print/environment-list';
import { STAGES_SEEN, seenEnvironment } from '../environment-objects';

const OBJECTS = [
  seenEnvironment({
    ready: ['True', 'Simulated', 'Nothing runs'],
    status: { stages: STAGES_SEEN, url: 'http://thesis.example/' },
  }),
  seenEnvironment({
    kind: 'Kode',
    name: 'desk',
    ready: ['False', 'AccessLayerMissing', 'x'],
    reachable: ['False', 'AccessLayerMissing', 'Install one'],
  }),
];
const textIn = (form: ListForm): string => {
  const sink = { write: () => true };
  const output = new Output({ stdout: sink, stderr: sink, environment: {} });
  return environmentListText(OBJECTS, { form, now: Date.parse('2026-01-01T01:00:00Z'), output });
};

describe('a list of environments', () => {
  it('is a table', () => {
    expect(
      textIn('table'),
    ).toBe(`KIND          NAMESPACE   NAME     STATUS              AGE   URL                      REASON               MESSAGE
Environment   team-a      thesis   Ready (simulated)   1h    http://thesis.example/   Simulated
Kode          team-a      desk     Unreachable         1h    -                        AccessLayerMissing   Install one
`);
  });

  it('is a wide table with stages and every message', () => {
    expect(textIn('wide')).toContain(
      'http://thesis.example/   Admitted +0s, Scheduled +2s, Ready +12s   Simulated            Nothing runs\n',
    );
  });

  it('is names', () => {
    expect(textIn('name')).toBe('environment.adrasteia.dev/thesis\nkode.kode.jacero.io/desk\n');
  });

  it('is JSON with a version', () => {
    expect(JSON.parse(textIn('json'))).toEqual({
      apiVersion: 'cli.adrasteia.dev/v1',
      kind: 'EnvironmentList',
      items: [
        {
          kind: 'Environment',
          apiVersion: 'adrasteia.dev/v1alpha1',
          namespace: 'team-a',
          name: 'thesis',
          ready: true,
          status: 'Ready (simulated)',
          reason: 'Simulated',
          message: 'Nothing runs',
          url: 'http://thesis.example/',
          stages: STAGES_SEEN,
        },
        {
          kind: 'Kode',
          apiVersion: 'kode.jacero.io/v1alpha1',
          namespace: 'team-a',
          name: 'desk',
          ready: false,
          status: 'Unreachable',
          reason: 'AccessLayerMissing',
          message: 'Install one',
          url: '',
          stages: [],
        },
      ],
    });
  });

  it('is the same as YAML', () => {
    expect(textIn('yaml')).toContain(
      'apiVersion: cli.adrasteia.dev/v1\nkind: EnvironmentList\nitems:\n  - kind: Environment\n',
    );
  });
});
