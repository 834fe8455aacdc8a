import type { Manifest } from '../../src/api/object';
import { validatorOf } from '../../src/schema/validator';
import { CASES, SPECIMEN, specimen } from './specimen';

const validate = validatorOf(SPECIMEN);

describe('validation says what is wrong, and where', () => {
  test.each(CASES.map((row) => [row.because, row] as const))('%s', (_, { object, problem }) => {
    const problems = validate(object);
    if (problem === undefined) expect(problems).toEqual([]);
    else expect(problems).toEqual([{ path: problem.path, message: expect.stringMatching(problem.message) as string }]);
  });

  test('every problem is reported at once', () => {
    const problems = validate(specimen({ size: 'huge', replicas: 9, storag: 1, range: { low: 2, high: 1 } }));
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'spec.range.high',
      'spec.replicas',
      'spec.size',
      'spec.storag',
    ]);
  });

  test('the object stays as it was', () => {
    const object = specimen({ host: null, nested: {} });
    const before = JSON.stringify(object);
    validate(object);
    expect(JSON.stringify(object)).toBe(before);
  });

  test('a rule about a change holds without an object before', () => {
    expect(validate(specimen())).toEqual([]);
    expect(validate(specimen(), specimen())).toEqual([]);
    expect(validate(specimen(), specimen({ owner: { name: 'grace' } }))).toEqual([
      { path: 'spec.owner', message: 'is fixed once the object is made' },
    ]);
  });

  test('status is left out where it is a subresource, and checked where it is not', () => {
    const object = { ...specimen(), status: { phase: 5 } };
    expect(validate(object)).toEqual([]);
    expect(validatorOf({ ...SPECIMEN, statusSubresource: false })(object)).toEqual([
      { path: 'status.phase', message: 'must be a string, not the number 5' },
    ]);
  });

  test('a cluster-scoped object has no namespace', () => {
    const cluster = validatorOf({ ...SPECIMEN, type: { ...SPECIMEN.type, namespaced: false } });
    expect(cluster(specimen()).map(({ path }) => path)).toEqual(['metadata.namespace']);
  });

  test('another kind or version is named', () => {
    expect(validate({ ...specimen(), kind: 'Specimens', apiVersion: 'v1' })).toEqual(
      expect.arrayContaining([
        { path: 'kind', message: 'must be "Specimen", not "Specimens"' },
        { path: 'apiVersion', message: 'must be "specimen.adrasteia.dev/v1alpha1", not "v1"' },
      ]),
    );
  });
});

describe('no input breaks validation', () => {
  const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const parsed = (spec: string): unknown =>
    JSON.parse(JSON.stringify(specimen()).replace('"spec":{', `"spec":{${spec},`));

  test.each<readonly [string, unknown, RegExp]>([
    ['nothing', undefined, /must be an object, not undefined/],
    ['null', null, /must be an object, not null/],
    ['a list', [], /must be an object, not a list/],
    ['a text', 'spec', /must be an object/],
    ['an empty object', {}, /is required/],
    ['a specification that is null', { ...specimen(), spec: null }, /is required/],
    ['a specification that is a list', { ...specimen(), spec: [] }, /must be an object, not a list/],
    ['metadata that is null', { ...specimen(), metadata: null }, /is required/],
    ['a name that is an object', specimen({}, { name: {} }), /must be a string, not an object/],
    ['a text of 1.5 MB', specimen({ host: 'a'.repeat(1_500_000) }), /at most 63 characters/],
    ['a quantity of 1.5 MB', specimen({ storage: `${'1'.repeat(1_500_000)}x` }), /must be a quantity/],
    ['a field name of 1.5 MB', specimen({ ['f'.repeat(1_500_000)]: 1 }), /unknown field/],
    [
      'a list of a hundred thousand wrong items',
      specimen({ tolerations: new Array(100_000).fill(5) }),
      /must be an object/,
    ],
    ['nesting without end', specimen({ free: cyclic }), /^$/],
    ['deep nesting', specimen({ free: nested(5000) }), /nested more than 256 levels/],
    ['a member called __proto__', parsed('"__proto__":{"owner":1}'), /no name that a member may have/],
    ['a map key called __proto__', parsed('"labels":{"__proto__":{}}'), /no name that a member may have/],
    ['a member called constructor', parsed('"constructor":{"prototype":{}}'), /unknown field/],
  ])('%s', (_, value, message) => {
    const problems = validate(value as Manifest);
    const text = problems.map((problem) => problem.message).join('; ');
    expect(text).toMatch(message);
    for (const problem of problems.slice(0, 10)) expect(problem.path.length + problem.message.length).toBeLessThan(500);
  });
});
