import { changeText, fieldChanges } from '../../../src/cli/plan/field-changes';

const object = (fields: object, metadata: object = {}, kind = 'Service') => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'a', ...metadata },
  ...fields,
});

describe('field changes', () => {
  it('name each field that comes, goes or differs', () => {
    const before = object(
      { spec: { replicas: 0, gone: true, list: [{ image: 'a' }, 1] } },
      { labels: { 'app.kubernetes.io/name': 'x' } },
    );
    const after = object(
      { spec: { replicas: 1, new: null, list: [{ image: 'b' }] } },
      { labels: { 'app.kubernetes.io/name': 'y' } },
    );
    expect(fieldChanges(before, after).map(changeText)).toEqual([
      '~ metadata.labels["app.kubernetes.io/name"]: "x" -> "y"',
      '- spec.gone: true',
      '~ spec.list[0].image: "a" -> "b"',
      '- spec.list[1]: 1',
      '+ spec.new: null',
      '~ spec.replicas: 0 -> 1',
    ]);
  });

  it('leave out what the server keeps for itself', () => {
    const before = object(
      { status: { a: 1 } },
      { resourceVersion: '1', generation: 1, managedFields: [], uid: 'u', creationTimestamp: 't' },
    );
    expect(fieldChanges(before, object({ status: { a: 2 } }, { resourceVersion: '2', generation: 2 }))).toEqual([]);
  });

  it('never show the values of a Secret', () => {
    const changes = fieldChanges(
      object({ data: { a: 'b2xk', gone: 'eA==' } }, {}, 'Secret'),
      object({ data: { a: 'bmV3' } }, {}, 'Secret'),
    );
    expect(changes.map(changeText)).toEqual(['~ data.a: "(secret)" -> "(another secret)"', '- data.gone: "(secret)"']);
  });

  it('cut long values', () => {
    expect(changeText({ path: 'a', after: 'x'.repeat(200) }).length).toBeLessThan(100);
  });
});
