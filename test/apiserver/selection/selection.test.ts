import type { KubeObject } from '../../../src/api/object';
import { exactValue, fieldsMatch, parseFieldSelector } from '../../../src/apiserver/selection/field-selector';
import { labelMatcher, parseLabelSelector } from '../../../src/apiserver/selection/label-selector';
import { labelSelectorMatcher } from '../../../src/apiserver/selection/label-selector-object';
import { selectionOf } from '../../../src/apiserver/selection/selection';
import { resourceOf } from '../registry/resource-sample';

// What Kubernetes says of selectors that are none is among the recorded answers of requests.

describe('a label selector', () => {
  it.each<readonly [selector: string, labels: Readonly<Record<string, string>>, isMet: boolean]>([
    ['', {}, true],
    ['app', { app: '' }, true],
    ['app', {}, false],
    ['!app', {}, true],
    ['!app', { app: '' }, false],
    ['app=web', { app: 'web' }, true],
    ['app=', { app: '' }, true],
    ['app=', {}, false],
    ['app!=web', {}, true],
    ['app!=web', { app: 'web' }, false],
    ['app in (web, db)', { app: 'db' }, true],
    ['app in ()', { app: '' }, true],
    ['app notin (web)', {}, true],
    ['app notin (web,)', { app: '' }, false],
    ['tier>5', { tier: '20' }, true],
    ['tier>5', { tier: '5' }, false],
    ['tier<5', { tier: 'low' }, false],
    ['in in (notin)', { in: 'notin' }, true],
    ['a=1,b=2', { a: '1', b: '3' }, false],
    ['constructor', {}, false],
  ])('%j of %j is met: %j', (selector, labels, isMet) => {
    expect(labelMatcher(parseLabelSelector(selector))(labels)).toBe(isMet);
  });

  it('in an object means the same as one in a query', () => {
    const matches = labelSelectorMatcher({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'NotIn', values: ['1'] },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    });
    expect(matches({ app: 'web' })).toBe(true);
    expect(matches({ app: 'web', tier: '1' })).toBe(false);
    expect(matches({ app: 'web', canary: '' })).toBe(false);
  });

  it('with an operator that nobody knows is met by nothing', () => {
    expect(labelSelectorMatcher({ matchExpressions: [{ key: 'a', operator: 'Like' }] })({ a: '1' })).toBe(false);
  });
});

describe('a field selector', () => {
  it.each<readonly [selector: string, fields: Readonly<Record<string, string>>, isMet: boolean]>([
    ['', {}, true],
    ['a=1', { a: '1' }, true],
    ['a==1', { a: '2' }, false],
    ['a!=1', {}, true],
    ['a=', {}, true],
    ['a=1,b!=2', { a: '1', b: '2' }, false],
    ['a=x\\,y\\=z\\\\', { a: 'x,y=z\\' }, true],
  ])('%j of %j is met: %j', (selector, fields, isMet) => {
    expect(fieldsMatch(parseFieldSelector(selector), fields)).toBe(isMet);
  });

  it('asks for one value where a term says so', () => {
    expect(exactValue(parseFieldSelector('a!=1,b=2'), 'b')).toBe('2');
    expect(exactValue(parseFieldSelector('a!=1'), 'a')).toBeUndefined();
  });
});

describe('a selection', () => {
  const object = (name: string, namespace: string): KubeObject => ({
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name, namespace },
  });

  it('finds the one name and namespace that can match', () => {
    const fieldSelector = 'metadata.name=a,metadata.namespace=n';
    const selection = selectionOf(resourceOf(), { namespace: '', fieldSelector });
    expect(selection).toMatchObject({ namespace: 'n', name: 'a' });
    expect(selection.matches?.(object('a', 'n'))).toBe(true);
    expect(selection.matches?.(object('a', 'm'))).toBe(false);
  });

  it('of everything has nothing to look at', () => {
    expect(selectionOf(resourceOf(), { namespace: 'n' }).matches).toBeUndefined();
  });

  it('by the path of an old watch refuses a selector of another name', () => {
    const request = { namespace: 'n', name: 'a', fieldSelector: 'metadata.name=b' };
    expect(() => selectionOf(resourceOf(), request)).toThrow(
      "fieldSelector metadata.name doesn't match requested name",
    );
  });

  it.each<readonly [because: string, namespaced: boolean, fieldNames: readonly string[] | undefined, isTaken: boolean]>(
    [
      ['it has namespaces', true, ['spec.x'], true],
      ['it has neither namespaces nor fields of its own', false, undefined, true],
      ['it has fields of its own, and no namespaces', false, ['spec.x'], false],
    ],
  )('takes a namespace of a kind: %j', (_because, namespaced, fieldNames, isTaken) => {
    const resource = resourceOf({ namespaced, strategy: fieldNames === undefined ? {} : { fieldNames } });
    const select = () => selectionOf(resource, { namespace: '', fieldSelector: 'metadata.namespace=n' });
    if (isTaken) expect(select).not.toThrow();
    else expect(select).toThrow('field label not supported: metadata.namespace');
  });
});
