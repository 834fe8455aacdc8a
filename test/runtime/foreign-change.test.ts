import type { KubeObject } from '../../src/api/object';
import { isForeignChange } from '../../src/runtime/foreign-change';

const type = { group: 'adrasteia.dev', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };

const cached = (metadata: Partial<KubeObject['metadata']>, status = {}) => ({
  object: { apiVersion: 'adrasteia.dev/v1', kind: 'Widget', metadata: { name: 'w', uid: '1', ...metadata }, status },
  owned: undefined,
});

describe('the answer to a write of our own', () => {
  const before = cached({ generation: 5 });

  test('is no news where only the status is new', () => {
    const after = cached({ generation: 5, resourceVersion: '9' }, { phase: 'Ready' });
    expect(isForeignChange({ type, before, after, isOwn: true })).toBe(false);
  });

  test.each([
    ['the specification', { generation: 6 }],
    ['a label', { generation: 5, labels: { a: 'b' } }],
    ['an annotation', { generation: 5, annotations: { a: 'b' } }],
    ['that it is to be deleted', { generation: 5, deletionTimestamp: '2026-01-01T00:00:00Z' }],
  ])('is news where somebody else changed %s shortly before, which no watch brings again', (_what, metadata) => {
    expect(isForeignChange({ type, before, after: cached(metadata), isOwn: true })).toBe(true);
  });

  test('is news where the object was not known', () => {
    expect(isForeignChange({ type, before: undefined, after: before, isOwn: true })).toBe(true);
  });
});

test('what a watch brings is news', () => {
  const object = cached({ generation: 5 });
  expect(isForeignChange({ type, before: object, after: object, isOwn: false })).toBe(true);
});
