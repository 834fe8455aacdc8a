import type { KubeObject } from '../../../src/api/object';
import {
  type DeleteOptions,
  type DeletionStep,
  deletionStep,
  isDeletedByUpdate,
} from '../../../src/apiserver/registry/deletion';
import type { Strategy } from '../../../src/apiserver/resources/resource';
import { resourceOf } from './resource-sample';

const NOW = new Date('2026-05-01T12:00:00Z');
/** As pods have it: half a minute, unless something else is asked for. */
const GRACEFUL: Strategy = { gracePeriodSeconds: (_object, asked) => asked ?? 30 };

const objectWith = (metadata: Partial<KubeObject['metadata']> & Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '7', ...metadata },
});

function stepOf(object: KubeObject, options: DeleteOptions = {}, strategy: Strategy = {}): DeletionStep {
  return deletionStep(resourceOf({ strategy }), object, { options, now: NOW });
}

const metadataOf = (step: DeletionStep): unknown => (step.kind === 'Mark' ? step.object['metadata'] : step.kind);

describe('a deletion', () => {
  it('of an object that nothing holds takes it out', () => {
    expect(stepOf(objectWith())).toEqual({ kind: 'Remove' });
  });

  it('of one with finalizers marks it, with its time and a new generation', () => {
    const step = stepOf(objectWith({ finalizers: ['example.com/x'], generation: 3 }));
    expect(step).toMatchObject({ kind: 'Mark', removeAfterwards: false });
    expect(metadataOf(step)).toMatchObject({
      finalizers: ['example.com/x'],
      deletionTimestamp: '2026-05-01T12:00:00Z',
      deletionGracePeriodSeconds: 0,
      generation: 4,
    });
  });

  it('that is repeated keeps its time and generation', () => {
    const marked = objectWith({
      finalizers: ['example.com/x'],
      generation: 4,
      deletionTimestamp: '2026-05-01T11:00:00Z',
      deletionGracePeriodSeconds: 0,
    });
    expect(metadataOf(stepOf(marked))).toMatchObject({ deletionTimestamp: '2026-05-01T11:00:00Z', generation: 4 });
  });

  it.each<readonly [because: string, options: DeleteOptions, before: string[], after: readonly string[] | 'Remove']>([
    ['nothing is said', {}, ['x'], ['x']],
    ['dependents go in the background', { propagationPolicy: 'Background' }, ['x', 'orphan'], ['x']],
    ['dependents go first', { propagationPolicy: 'Foreground' }, ['x'], ['x', 'foregroundDeletion']],
    ['dependents are set free', { propagationPolicy: 'Orphan' }, [], ['orphan']],
    ['a later word replaces an earlier one', { propagationPolicy: 'Orphan' }, ['foregroundDeletion'], ['orphan']],
    ['the old form sets free', { orphanDependents: true }, [], ['orphan']],
    ['the old form doesn’t', { orphanDependents: false }, ['orphan'], 'Remove'],
    ['what a finalizer says holds', {}, ['orphan'], ['orphan']],
  ])('leaves the finalizers that hold where %s', (_because, options, before, after) => {
    const step = stepOf(objectWith({ finalizers: before }), options);
    if (after === 'Remove') expect(step).toEqual({ kind: 'Remove' });
    else expect(metadataOf(step)).toMatchObject({ finalizers: after });
  });

  it('knows no dependents of a kind that has none', () => {
    const strategy: Strategy = { defaultPropagation: 'Unsupported' };
    expect(stepOf(objectWith(), { propagationPolicy: 'Foreground' }, strategy)).toEqual({ kind: 'Remove' });
  });

  it('orphans by default where the kind says so', () => {
    expect(metadataOf(stepOf(objectWith(), {}, { defaultPropagation: 'Orphan' }))).toMatchObject({
      finalizers: ['orphan'],
    });
  });

  it.each<readonly [what: string, options: DeleteOptions, why: string]>([
    ['another UID', { uid: 'v' }, 'the UID in the precondition (v) does not match the UID in record (u)'],
    [
      'another version',
      { resourceVersion: '6' },
      'the ResourceVersion in the precondition (6) does not match the ResourceVersion in record (7)',
    ],
  ])('of %s is refused', (_what, options, why) => {
    expect(() => stepOf(objectWith(), options)).toThrow(
      `Operation cannot be fulfilled on Thing.example.com "a": ${why}`,
    );
  });

  it('of what is meant goes on', () => {
    expect(stepOf(objectWith(), { uid: 'u', resourceVersion: '7' })).toEqual({ kind: 'Remove' });
  });
});

describe('a graceful deletion', () => {
  const marked = (seconds: number, at: string): KubeObject =>
    objectWith({ deletionTimestamp: at, deletionGracePeriodSeconds: seconds });

  it.each<
    readonly [because: string, asked: number | undefined, seconds: number, at: string, removeAfterwards: boolean]
  >([
    ['nothing is asked', undefined, 30, '2026-05-01T12:00:30Z', false],
    ['a minute is asked', 60, 60, '2026-05-01T12:01:00Z', false],
    ['none is asked', 0, 0, '2026-05-01T12:00:00Z', true],
    ['less than nothing is asked', -5, 1, '2026-05-01T12:00:01Z', false],
  ])('is due after its period where %s', (...[, asked, seconds, at, removeAfterwards]) => {
    const options = asked === undefined ? {} : { gracePeriodSeconds: asked };
    const step = stepOf(objectWith(), options, GRACEFUL);
    expect(step).toMatchObject({ kind: 'Mark', removeAfterwards });
    expect(metadataOf(step)).toMatchObject({ deletionTimestamp: at, deletionGracePeriodSeconds: seconds });
  });

  it.each<readonly [because: string, asked: number | undefined]>([
    ['no other period', undefined],
    ['the same', 30],
    ['a longer one', 60],
  ])('stays as it is where a second one asks for %s', (_because, asked) => {
    const options = asked === undefined ? {} : { gracePeriodSeconds: asked };
    expect(stepOf(marked(30, '2026-05-01T12:00:20Z'), options, GRACEFUL)).toEqual({ kind: 'Pending' });
  });

  it('is shortened from its beginning', () => {
    const step = stepOf(marked(30, '2026-05-01T12:00:20Z'), { gracePeriodSeconds: 15 }, GRACEFUL);
    expect(metadataOf(step)).toMatchObject({
      deletionTimestamp: '2026-05-01T12:00:05Z',
      deletionGracePeriodSeconds: 15,
    });
  });

  it('whose shortened period is over is due now', () => {
    const step = stepOf(marked(30, '2026-05-01T12:00:20Z'), { gracePeriodSeconds: 5 }, GRACEFUL);
    expect(metadataOf(step)).toMatchObject({
      deletionTimestamp: '2026-05-01T12:00:00Z',
      deletionGracePeriodSeconds: 1,
    });
  });

  it('takes the object out where its period is asked to be none', () => {
    const step = stepOf(marked(30, '2026-05-01T12:00:20Z'), { gracePeriodSeconds: 0 }, GRACEFUL);
    expect(step).toMatchObject({ kind: 'Mark', removeAfterwards: true });
  });

  it('waits for finalizers, however short its period', () => {
    const step = stepOf(objectWith({ finalizers: ['x'] }), { gracePeriodSeconds: 0 }, GRACEFUL);
    expect(step).toMatchObject({ kind: 'Mark', removeAfterwards: false });
  });
});

type Fields = Parameters<typeof objectWith>[0];

describe('an update', () => {
  const deleting = { deletionTimestamp: '2026-05-01T12:00:00Z', deletionGracePeriodSeconds: 0 };
  it.each<readonly [because: string, next: Fields, old: Fields, strategy: Strategy, expected: boolean]>([
    ['takes off the last finalizer', deleting, { ...deleting, finalizers: ['x'] }, {}, true],
    ['leaves one', { ...deleting, finalizers: ['y'] }, { ...deleting, finalizers: ['x', 'y'] }, {}, false],
    ['takes off the last of what isn’t deleted', {}, { finalizers: ['x'] }, {}, false],
    ['comes within the grace period', deleting, { ...deleting, deletionGracePeriodSeconds: 30 }, {}, false],
    ['leaves what else holds the kind', deleting, deleting, { hasFinalizers: () => true }, false],
  ])('decides on the end of an object: it %s', (...[, next, old, strategy, expected]) => {
    expect(isDeletedByUpdate(resourceOf({ strategy }), objectWith(next), objectWith(old))).toBe(expected);
  });
});
