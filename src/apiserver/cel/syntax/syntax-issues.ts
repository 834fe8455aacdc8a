/** What is wrong with a text that is no expression. */
import type { Token } from './lexer';
import type { Issue } from './source';

/** At least one issue. */
export function syntaxIssuesOf(_text: string, tokens: readonly Token[]): readonly Issue[] {
  const last = tokens.at(-1);
  return [{ offset: last?.offset ?? 0, message: 'Syntax error' }];
}
