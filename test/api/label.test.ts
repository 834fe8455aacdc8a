import { hasLabel, labelText, parseLabel } from '../../src/api/label';

describe('a label as text', () => {
  it.each([
    { text: 'a=b', key: 'a', value: 'b' },
    { text: 'adrasteia.dev/controller=next-1.2_x', key: 'adrasteia.dev/controller', value: 'next-1.2_x' },
    {
      text: 'crownlabs.polito.it/operator-selector=local',
      key: 'crownlabs.polito.it/operator-selector',
      value: 'local',
    },
  ])('$text is read and written again', ({ text, key, value }) => {
    expect(parseLabel(text)).toEqual({ key, value });
    expect(labelText({ key, value })).toBe(text);
  });

  it.each([
    { text: '', because: 'nothing is said' },
    { text: 'a', because: 'the value is missing' },
    { text: 'a=', because: 'an empty value would be the same as none' },
    { text: '=b', because: 'the key is missing' },
    { text: 'a=b=c', because: 'values hold no equals sign' },
    { text: 'a=b,c=d', because: 'it is one label' },
    { text: 'A.b/c/d=e', because: 'keys have one prefix' },
    { text: 'UPPER/a=b', because: 'prefixes are DNS names' },
    { text: `a=${'b'.repeat(64)}`, because: 'values have at most 63 characters' },
    { text: '-a=b', because: 'names begin with a letter or digit' },
    { text: 'a=b\n', because: 'a line feed is no part of a value' },
  ])('$text is refused: $because', ({ text }) => {
    expect(() => parseLabel(text)).toThrow(expect.objectContaining({ code: 'UsageInvalid' }) as Error);
  });

  it('is carried by an object only with its value, and never by inheritance', () => {
    expect(hasLabel({ labels: { a: 'b' } }, { key: 'a', value: 'b' })).toBe(true);
    expect(hasLabel({ labels: { a: 'c' } }, { key: 'a', value: 'b' })).toBe(false);
    expect(hasLabel({}, { key: 'a', value: 'b' })).toBe(false);
    expect(hasLabel({ labels: {} }, { key: 'toString', value: String(Object.prototype.toString) })).toBe(false);
  });
});
