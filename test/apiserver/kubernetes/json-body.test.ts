import {
  BodySyntaxError,
  builtinCodec,
  builtinSchema,
  parseJsonBody,
  parseYamlBody,
} from '../../../src/apiserver/kubernetes';

const BOTH = [{ findDuplicates: true }, { findDuplicates: false }];

describe('the JSON of a body', () => {
  it.each(BOTH)(
    'keeps a member named after the prototype a member (duplicates: $findDuplicates)',
    ({ findDuplicates }) => {
      const { value } = parseJsonBody('{"a":1,"a":{"__proto__":{"x":1},"long":1234567890123456}}', findDuplicates);
      expect(JSON.stringify(value)).toBe('{"a":{"__proto__":{"x":1},"long":1234567890123456}}');
      expect(Object.getPrototypeOf((value as { a: object }).a)).toBe(Object.prototype);
    },
  );

  it('tells of members that are there twice, wherever they are, once each', () => {
    const text = '{"b":[{"c":1,"c":2,"c":3}],"a":{"x.y":1,"x.y":2},"a":{"\\u0061":1,"a":"\\"a\\":1"}}';
    expect(parseJsonBody(text, true)).toEqual({
      value: { b: [{ c: 3 }], a: { a: '"a":1' } },
      duplicates: ['b[0].c', 'a.x.y', 'a', 'a.a'].map((path) => `duplicate field ${JSON.stringify(path)}`),
    });
    expect(parseJsonBody(text, false).duplicates).toEqual([]);
  });

  it.each(['{"a":"\\\\","b":":"}', '{"a":"\\":","b" \n:\t1}', '[{"a":":"},"x:"]', '"a"', '{"":{"":""}}'])(
    'finds nothing twice in %s',
    (text) => {
      expect(parseJsonBody(text, true)).toEqual({ value: JSON.parse(text) as unknown, duplicates: [] });
    },
  );

  it.each([
    ['{"a":9007199254740993}', { a: 9007199254740993n }],
    ['[-9007199254740993]', [-9007199254740993n]],
    ['{"a": 9223372036854775807 }', { a: 9223372036854775807n }],
    ['-9223372036854775808', -9223372036854775808n],
  ])('keeps the digits of an integer of 64 bits: %s', (text, value) => {
    expect(parseJsonBody(text, false).value).toEqual(value);
  });

  it.each([
    '{"a":9007199254740991}',
    '{"a":1e18}',
    '{"a":9223372036854775808}',
    '{"a":1234567890.1234567890123}',
    '{"a":123456789012345678901234567890}',
    '{"a":"9007199254740993"}',
  ])('has doubles for small integers, and for what no server holds as an integer: %s', (text) => {
    expect(parseJsonBody(text, false).value).toEqual(JSON.parse(text));
  });

  it('is refused where it is nested beyond measure', () => {
    const text = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(() => parseJsonBody(text, true)).toThrow('exceeded max depth');
    const body = parseJsonBody(`{"data":${text}}`, false).value as { data: [] };
    const codec = builtinCodec(builtinSchema('apps/v1', 'ControllerRevision') ?? {}, {
      group: 'apps',
      version: 'v1',
      kind: 'ControllerRevision',
    });
    expect(() => codec.decode(body)).toThrow('cannot be handled as a ControllerRevision: exceeded max depth');
  });
});

describe('the YAML of a body', () => {
  it('keeps a member named after the prototype a member', () => {
    const { value } = parseYamlBody('a: {__proto__: {x: 1}}', false);
    expect(JSON.stringify(value)).toBe('{"a":{"__proto__":{"x":1}}}');
  });

  it('does not unfold aliases beyond measure', () => {
    const levels = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 9; level++) {
      levels.push(
        `a${String(level)}: &a${String(level)} [${Array(9)
          .fill(`*a${String(level - 1)}`)
          .join(',')}]`,
      );
    }
    const parse = (): unknown => parseYamlBody(levels.join('\n'), false);
    expect(parse).toThrow(BodySyntaxError);
    expect(parse).toThrow('yaml: document contains excessive aliasing');
  });

  it('may be JSON, whose keys are nothing but keys, and is told of in YAML’s words', () => {
    expect(parseYamlBody('{"<<": {"a": 1}, "b": 1e2}', true)).toEqual({
      value: { '<<': { a: 1 }, b: 100 },
      duplicates: [],
    });
    expect(parseYamlBody('{"a": 1, "a": 2}', true).duplicates).toEqual([
      'yaml: unmarshal errors:\n  line 1: key "a" already set in map',
    ]);
    expect(parseYamlBody('{a: yes}', false).value).toEqual({ a: true });
  });

  it('is refused where an alias has no anchor', () => {
    expect(() => parseYamlBody('a: *b', false)).toThrow("yaml: unknown anchor 'b' referenced");
  });
});
