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
    { text: '{"a":9007199254740993}', because: 'it loses a digit' },
    { text: '[-9007199254740993]', because: 'it loses a digit' },
    { text: '{"a":9223372036854775807}', because: 'it loses digits' },
  ])('refuses an integer of 64 bits where $because: $text', ({ text }) => {
    expect(() => parseJsonBody(text, false)).toThrow(/^the number -?\d+ cannot be held exactly/);
  });

  it.each([
    '{"a":9007199254740992}',
    '{"a":1234567890.1234567890123}',
    '{"a":123456789012345678901234567890}',
    '{"a":"9007199254740993"}',
  ])('takes numbers that lose nothing, or that no server holds as integers: %s', (text) => {
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
