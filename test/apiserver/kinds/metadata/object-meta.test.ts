/** Metadata is checked with the words of Kubernetes. */
import type { FieldError } from '../../../../src/apiserver/field-error';
import { fieldErrorText } from '../../../../src/apiserver/field-error';
import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  isDns1035LabelName,
  isDnsSubdomainName,
  isPathSegmentName,
  labelSelectorErrors,
  qualifiedNameProblems,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../../../../src/apiserver/kinds/metadata';

const RULES = { namespaced: true, validateName: isDnsSubdomainName, path: 'metadata' };
const GOOD = { name: 'a', namespace: 'b', resourceVersion: '1', uid: 'u' };

function texts(errors: readonly FieldError[]): string[] {
  return errors.map(fieldErrorText);
}

describe('names', () => {
  test.each([
    ['a-b.c', dnsSubdomainProblems, []],
    [
      'A',
      dnsSubdomainProblems,
      [
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    ['a.b', dnsLabelProblems, ['must not contain dots']],
    ['a'.repeat(64), dnsLabelProblems, ['must be no more than 63 characters']],
    [
      '1a',
      dns1035LabelProblems,
      [
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    ['/a', qualifiedNameProblems, ['prefix part must be non-empty']],
  ])('%s', (name, problems, expected) => {
    expect(problems(name)).toEqual(expected);
  });

  test('what a generated name begins with may end with a dash', () => {
    expect(isDns1035LabelName('web-', true)).toEqual([]);
    expect(isDns1035LabelName('web-', false)).toHaveLength(1);
  });

  test('no name holds what a path is split at', () => {
    expect(isPathSegmentName('a/b%c', false)).toEqual(["may not contain '/'", "may not contain '%'"]);
    expect(isPathSegmentName('..', false)).toEqual(["may not be '..'"]);
    expect(isPathSegmentName('..', true)).toEqual([]);
  });
});

describe('an object', () => {
  test('has a name, and a namespace where its resource has', () => {
    expect(texts(validateObjectMeta({}, RULES))).toEqual([
      'metadata.name: Required value: name or generateName is required',
      'metadata.namespace: Required value',
    ]);
    expect(texts(validateObjectMeta(GOOD, { ...RULES, namespaced: false }))).toEqual([
      'metadata.namespace: Forbidden: not allowed on this type',
    ]);
  });

  test('has finalizers with a domain, where its kind is built in', () => {
    const meta = { ...GOOD, finalizers: ['mine'] };
    expect(validateObjectMeta(meta, RULES)).toEqual([]);
    expect(texts(validateObjectMeta(meta, { ...RULES, knowsFinalizers: true }))).toEqual([
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });

  test('has annotations of 256 KiB at most', () => {
    const meta = { ...GOOD, annotations: { a: 'x'.repeat(256 * 1024) } };
    expect(texts(validateObjectMeta(meta, RULES))).toEqual([
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ]);
  });

  test('keeps its metadata harmless where a key is a name of JavaScript', () => {
    const labels = JSON.parse('{"__proto__":"a b","constructor":"x"}') as Record<string, string>;
    expect(validateObjectMeta({ ...GOOD, labels }, RULES)).toHaveLength(2);
  });
});

describe('an update', () => {
  test('keeps what the server has set', () => {
    const next = { ...GOOD, name: 'x', uid: 'v', creationTimestamp: '2025-01-01T00:00:00Z' };
    expect(texts(validateObjectMetaUpdate(next, GOOD, 'metadata'))).toEqual([
      'metadata.name: Invalid value: "x": field is immutable',
      'metadata.uid: Invalid value: "v": field is immutable',
      'metadata.creationTimestamp: Invalid value: "2025-01-01T00:00:00Z": field is immutable',
    ]);
  });

  test('names the version it is of', () => {
    expect(texts(validateObjectMetaUpdate({ ...GOOD, resourceVersion: '' }, GOOD, 'metadata'))).toEqual([
      'metadata.resourceVersion: Invalid value: "": must be specified for an update',
    ]);
  });

  test('holds an object that is going by no new finalizer', () => {
    const old = { ...GOOD, deletionTimestamp: '2025-01-01T00:00:00Z', finalizers: ['a/b'] };
    expect(texts(validateObjectMetaUpdate({ ...old, finalizers: ['x/y', 'a/b'] }, old, 'metadata'))).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x/y"}',
    ]);
  });
});

test('a label selector says what each operator needs', () => {
  const selector = {
    matchExpressions: [
      { key: 'a', operator: 'In' },
      { key: 'b', operator: 'Exists', values: ['x'] },
      { key: 'c', operator: 'Like' },
    ],
  };
  expect(texts(labelSelectorErrors(selector, 's'))).toEqual([
    "s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "s.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    's.matchExpressions[2].operator: Invalid value: "Like": not a valid selector operator',
  ]);
});
