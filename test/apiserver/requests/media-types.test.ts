import { failureEncoding, negotiateOutput, type OutputWish } from '../../../src/apiserver/requests/media-types';

const BUILT_IN: OutputWish = { hasProtobuf: true };
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

describe('an Accept header', () => {
  it.each([
    ['nothing is said', '', { encoding: 'json', as: 'object' }],
    ['anything is taken', '*/*', { encoding: 'json', as: 'object' }],
    ['YAML is asked for', 'application/yaml', { encoding: 'yaml', as: 'object' }],
    ['protobuf is asked for', 'application/vnd.kubernetes.protobuf', { encoding: 'protobuf', as: 'object' }],
    ['a table is asked for', TABLE, { encoding: 'json', as: 'table', metaVersion: 'meta.k8s.io/v1' }],
    [
      'a table of the old version is asked for',
      TABLE.replace('v=v1', 'v=v1beta1'),
      { as: 'table', metaVersion: 'meta.k8s.io/v1beta1' },
    ],
    ['the first form isn’t known', `application/json;as=Map;v=v1;g=meta.k8s.io,${TABLE}`, { as: 'table' }],
    [
      'kubectl asks',
      `${TABLE},${TABLE.replace('v=v1', 'v=v1beta1')},application/json`,
      { as: 'table', metaVersion: 'meta.k8s.io/v1' },
    ],
    ['the better one comes later', 'application/json;q=0.1,application/yaml;q=0.9', { encoding: 'yaml' }],
    [
      'a table can’t be protobuf',
      'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json',
      { encoding: 'json', as: 'object' },
    ],
    [
      'metadata can',
      'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      { encoding: 'protobuf', as: 'partial' },
    ],
  ])('is met where %s', (_because, accept, expected) => {
    expect(negotiateOutput(accept, BUILT_IN)).toMatchObject(expected);
  });

  it('finds no protobuf for custom objects, and goes on', () => {
    const accept = 'application/vnd.kubernetes.protobuf,application/json';
    expect(negotiateOutput(accept, {})).toMatchObject({ encoding: 'json' });
    expect(() => negotiateOutput('application/vnd.kubernetes.protobuf', {})).toThrow(
      'only the following media types are accepted',
    );
  });

  it.each([
    [
      'a list',
      true,
      'application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    ],
    ['an object', false, 'application/vnd.kubernetes.protobuf'],
  ])('that nothing meets is told the forms of %s', (_what, isCollection, last) => {
    expect(() => negotiateOutput('text/html', { ...BUILT_IN, isCollection })).toThrow(
      `406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, ${last}`,
    );
  });

  it('of a watch can’t be met in YAML, be it only the first choice', () => {
    const watch = { ...BUILT_IN, isWatch: true, isCollection: true };
    expect(() => negotiateOutput('application/yaml,application/json', watch)).toThrow(
      'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    );
  });

  it.each([
    ['application/yaml', 'yaml'],
    [TABLE, 'json'],
    ['text/html,application/yaml', 'yaml'],
    ['text/html', 'json'],
    ['', 'json'],
  ])('%j has failures told in %s', (accept, encoding) => {
    expect(failureEncoding(accept)).toBe(encoding);
  });
});
