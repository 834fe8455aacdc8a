import { changeLines } from '../../../src/cli/environments/change-lines';
import { STAGES_SEEN, seenEnvironment } from '../environment-objects';

const starting = (stages: number) =>
  seenEnvironment({ ready: ['False', 'Starting', 'On its way'], status: { stages: STAGES_SEEN.slice(0, stages) } });
const ready = seenEnvironment({
  ready: ['True', 'Running', 'The app answers'],
  status: { stages: STAGES_SEEN, url: 'https://lab.example/' },
});

describe('a change', () => {
  it('is a line for each stage that was reached, with the time since the first', () => {
    expect(changeLines(starting(1), starting(2))).toEqual(['Environment team-a/thesis stage Scheduled +2s']);
  });

  it('is a line with status and address when these differ', () => {
    expect(changeLines(starting(2), ready)).toEqual([
      'Environment team-a/thesis stage Ready +12s',
      'Environment team-a/thesis Ready https://lab.example/',
    ]);
  });

  it('says the reason where the status alone doesn’t', () => {
    const held = seenEnvironment({ ready: ['False', 'TemplateNotFound', 'There is none'] });
    expect(changeLines(undefined, held)).toEqual([
      'Environment team-a/thesis Pending (TemplateNotFound): There is none',
    ]);
  });

  it('is nothing where nothing that people look at is different', () => {
    expect(
      changeLines(ready, { ...ready, metadata: { ...ready.metadata, resourceVersion: '2', annotations: { a: 'b' } } }),
    ).toEqual([]);
  });

  it('says that an environment is gone', () => {
    expect(changeLines(ready, undefined)).toEqual(['Environment team-a/thesis gone']);
  });
});
