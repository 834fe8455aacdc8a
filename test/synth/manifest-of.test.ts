import { App, Chart, JsonPatch, Lazy } from 'cdk8s';
import { PlannedApiObject } from '../../constructs/parts/planned';
import { manifestOf } from '../../src/synth/manifest-of';

const PROPS = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'files', namespace: 'team', labels: { b: '2', a: '1' } },
  data: { z: 'last', a: 'first', none: undefined, nothing: null },
  list: [{ d: 4, c: [] }, {}, 'text', 0, false],
};

function object(props: typeof PROPS): PlannedApiObject {
  return new PlannedApiObject(new Chart(new App({ outdir: 'dist' }), 'chart'), 'object', props);
}

describe('the manifest of an object', () => {
  test('is the one that cdk8s makes, members in order', () => {
    const made = object(PROPS);
    expect(manifestOf(made)).toEqual(made.toJson());
    expect(JSON.stringify(manifestOf(made))).toBe(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"labels":{"a":"1","b":"2"},"name":"files","namespace":"team"},"data":{"a":"first","z":"last"},"list":[{"c":[],"d":4},{},"text",0,false]}',
    );
  });

  test('holds labels that were added later', () => {
    const made = object(PROPS);
    made.metadata.addLabel('c', '3');
    expect(manifestOf(made).metadata.labels).toEqual({ a: '1', b: '2', c: '3' });
  });

  test('holds patches and lazy values, which only cdk8s knows how to read', () => {
    const patched = object(PROPS);
    patched.addJsonPatch(JsonPatch.replace('/data/a', 'patched'));
    expect(manifestOf(patched)).toMatchObject({ data: { a: 'patched' } });
    const data = Lazy.any({ produce: () => ({ a: 'late' }) }) as typeof PROPS.data;
    const lazy = object({ ...PROPS, data });
    expect(manifestOf(lazy)).toMatchObject({ data: { a: 'late' } });
  });
});
