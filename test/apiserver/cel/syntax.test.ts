/** What cel-go says of texts that are no expressions; recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '../../../src/apiserver/cel/syntax/parser';
import { issuesText } from '../../../src/apiserver/cel/syntax/source';

const answers = JSON.parse(readFileSync(join(__dirname, 'syntax-answers.json'), 'utf8')) as readonly {
  readonly expression: string;
  readonly problem: string;
}[];

function problemOf(text: string): string {
  return issuesText(text, parse(text).issues);
}

describe('a text that is no expression', () => {
  it.each(answers)('is refused in the words of cel-go: $expression', ({ expression, problem }) => {
    expect(problemOf(expression)).toBe(problem);
  });

  it.each([
    {
      text: '('.repeat(300),
      because: 'the limit counts what is begun',
      problem: 'expression recursion limit exceeded: 250',
    },
    {
      text: `) ${'('.repeat(5000)}`,
      because: 'the limit holds after a mistake too, so that no stack overflows',
      problem: 'expression recursion limit exceeded: 250',
    },
    {
      text: '1'.repeat(100_001),
      because: 'longer texts are not read',
      problem: 'expression code point size exceeds limit: size: 100001, limit 100000',
    },
  ])('is refused where it is too much: $because', ({ text, problem }) => {
    expect(problemOf(text)).toContain(problem);
  });
});
