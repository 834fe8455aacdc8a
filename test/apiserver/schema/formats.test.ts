/** Formats and patterns of strings, as a Kubernetes v1.34.4 API server takes them; its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { patternMatcher, patternProblem } from '../../../src/apiserver/schema/pattern';
import { formatCheck } from '../../../src/apiserver/schema/string-formats';

function recorded<T>(file: string): T {
  return JSON.parse(readFileSync(join(__dirname, file), 'utf8')) as T;
}

const formats = recorded<Record<string, Record<string, boolean>>>('format-answers.json');
const patterns = recorded<readonly (readonly [string, string, boolean])[]>('pattern-answers.json');

describe('a format takes what Kubernetes takes', () => {
  it.each(Object.keys(formats))('format %s', (format) => {
    const check = formatCheck(format);
    const texts = Object.keys(formats[format] ?? {});
    expect(Object.fromEntries(texts.map((text) => [text, check?.(text)]))).toEqual(formats[format]);
  });

  it('says nothing where it is unknown', () => {
    expect(formatCheck('k8s-short-name')).toBeUndefined();
  });
});

describe('a pattern matches what RE2 matches', () => {
  it.each(patterns)('%j finds a match in %j: %j', (pattern, text, matches) => {
    expect(patternMatcher(pattern)(text)).toBe(matches);
  });

  it('takes time linear in the text, whatever the pattern', () => {
    const matches = patternMatcher('^(a+)+$');
    expect(matches(`${'a'.repeat(20_000)}!`)).toBe(false);
  });

  it('names what is wrong with a pattern that is none', () => {
    expect(patternProblem('(')).toBe('error parsing regexp: missing closing ): `(`');
    expect(patternProblem('^[a-z]+$')).toBeUndefined();
  });
});
