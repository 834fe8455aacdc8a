import { childState } from '../../../src/cli/environments/children';
import { description } from '../../../src/cli/environments/description';
import { STAGES_SEEN, seenEnvironment } from '../environment-objects';

const NOW = Date.parse('2026-01-01T00:05:00Z');

describe('the description of an environment', () => {
  it('explains status, conditions, objects and events', () => {
    const object = seenEnvironment({
      ready: ['False', 'ImagePullFailed', 'The image can’t be pulled'],
      status: {
        phase: 'Starting',
        stages: STAGES_SEEN.slice(0, 2),
        blockedBy: { reason: 'ImagePullFailed', message: 'Check its name' },
      },
    });
    const children = [
      {
        reference: { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'team-a', name: 'thesis' },
        state: '0 of 1 ready',
      },
    ];
    const events = [
      {
        at: '2026-01-01T00:04:30Z',
        type: 'Warning',
        reason: 'Failed',
        about: 'Pod/thesis-0',
        message: 'not found\nat all',
      },
    ];
    expect(description(object, { children, events, now: NOW })).toBe(`Environment team-a/thesis
  Status:     Starting
  Phase:      Starting
  Reason:     ImagePullFailed
  Message:    The image can’t be pulled
  Blocked by: ImagePullFailed: Check its name
  Stages:     Admitted +0s, Scheduled +2s

Conditions:
  TYPE    STATUS   SINCE   REASON            MESSAGE
  Ready   False    4m50s   ImagePullFailed   The image can’t be pulled

Objects:
  KIND          NAME     STATE
  StatefulSet   thesis   0 of 1 ready

Events:
  AGE   TYPE      REASON   OBJECT         MESSAGE
  30s   Warning   Failed   Pod/thesis-0   not found at all
`);
  });

  it('leaves out what there is nothing to say of', () => {
    expect(description(seenEnvironment(), { children: [], events: [], now: NOW })).toBe(`Environment team-a/thesis
  Status:     Pending
  Reason:     NotObserved
  Message:    No controller has looked at it yet
`);
  });
});

describe('the state of a child', () => {
  const child = (fields: object) => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' }, ...fields });

  it.each([
    { object: child({}), state: 'there' },
    { object: child({ status: { phase: 'Bound' } }), state: 'Bound' },
    { object: child({ spec: { replicas: 1 }, status: {} }), state: '0 of 1 ready' },
    { object: child({ spec: { replicas: 0 } }), state: 'scaled to nothing' },
    {
      object: child({ metadata: { name: 'a', deletionTimestamp: 'now' }, status: { phase: 'Bound' } }),
      state: 'being deleted',
    },
    {
      object: child({ kind: 'Pod', status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } }),
      state: 'Running, not ready',
    },
  ])('is "$state"', ({ object, state }) => {
    expect(childState(object)).toBe(state);
  });
});
