/**
 * Regular expressions as Kubernetes reads them: RE2, whose matching takes time linear in the text, so that no pattern of a
 * CRD can hold the server up.
 * @see https://github.com/google/re2/wiki/Syntax
 */
import { RE2JS, RE2JSException } from '@bufbuild/re2';

/** What is wrong with a pattern; undefined where nothing is. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}

/** A test of whether a text has a match anywhere. The pattern is compiled when it is first needed, and once. */
export function patternMatcher(pattern: string): (text: string) => boolean {
  let compiled: RE2JS | undefined;
  return (text) => {
    compiled ??= RE2JS.compile(pattern);
    return compiled.test(text);
  };
}
