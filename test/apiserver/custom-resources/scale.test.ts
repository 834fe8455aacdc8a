/** The scale of custom objects. */
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import type { ScalePaths } from '../../../src/apiserver/custom-resources/definition';
import { scaleErrors, scaleOf, scaleToChange, withScale } from '../../../src/apiserver/custom-resources/scale';
import { fieldErrorText } from '../../../src/apiserver/field-error';

const paths: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.status.selector',
};

function object(more: JsonObject): KubeObject {
  return { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a', namespace: 'team', uid: 'u' }, ...more };
}

describe('a scale', () => {
  it('reads its values from the object', () => {
    const scaled = object({ spec: { replicas: 3 }, status: { replicas: 2, selector: 'a=b' } });
    expect(scaleOf(scaled, paths)).toEqual({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'a', namespace: 'team', uid: 'u' },
      spec: { replicas: 3 },
      status: { replicas: 2, selector: 'a=b' },
    });
  });

  it('is not there without replicas', () => {
    expect(() => scaleOf(object({ spec: {} }), paths)).toThrow(
      'the spec replicas field ".spec.replicas" does not exist',
    );
  });

  it('is written into the object, which stays as it is', () => {
    const before = object({ spec: { other: 1 } });
    const after = withScale(before, { metadata: { resourceVersion: '7' }, spec: { replicas: 5 } }, paths);
    expect(after).toMatchObject({ metadata: { name: 'a', resourceVersion: '7' }, spec: { other: 1, replicas: 5 } });
    expect(before.spec).toEqual({ other: 1 });
  });

  it('must say replicas where the object has none', () => {
    const before = object({});
    expect(() => withScale(before, scaleToChange(before, paths) as JsonObject, paths)).toThrow(
      'the spec replicas field ".spec.replicas" cannot be empty',
    );
  });

  it.each<[string, JsonObject, readonly string[]]>([
    ['whole numbers are right', { spec: { replicas: 1 } }, []],
    [
      'negative replicas',
      { spec: { replicas: -1 } },
      ['.spec.replicas: Invalid value: -1: should be a non-negative integer'],
    ],
    [
      'more than 32 bits',
      { status: { replicas: 5_000_000_000 } },
      ['.status.replicas: Invalid value: 5000000000: should be less than or equal to 2147483647'],
    ],
    [
      'a fraction',
      { spec: { replicas: 1.5 } },
      ['.spec.replicas: Invalid value: 0: .spec.replicas accessor error: 1.5 is of the type float64, expected int64'],
    ],
    [
      'no object on the way',
      { spec: 'x' },
      [
        '.spec.replicas: Invalid value: 0: .spec.replicas accessor error: x is of the type string, expected map[string]interface{}',
      ],
    ],
    [
      'a selector that is no text',
      { status: { selector: { a: 1 } } },
      [
        '.status.selector: Invalid value: "": .status.selector accessor error: map[a:1] is of the type map[string]interface {}, expected string',
      ],
    ],
  ])('is checked: %s', (_, more, texts) => {
    expect(scaleErrors(object(more), paths, 'all').map(fieldErrorText)).toEqual(texts);
  });

  it('of a status update is not held to the replicas of the spec', () => {
    expect(scaleErrors(object({ spec: { replicas: -1 } }), paths, 'status')).toEqual([]);
  });
});
