/**
 * The text of an expression, and problems of it in the form that cel-go prints:
 *
 *     ERROR: <input>:1:6: undeclared reference to 'foo' (in container '')
 *      | self.foo
 *      | .....^
 * @see github.com/google/cel-go/common/error.go, v0.26
 */

/** A problem at one place. */
export interface Issue {
  /** In UTF-16 units; -1 where the problem has no place. */
  readonly offset: number;
  readonly message: string;
}

interface Position {
  /** From 1; -1 for no place. */
  readonly line: number;
  /** In code points, from 0; -1 for no place. */
  readonly column: number;
  readonly lineStart: number;
}

const MAXIMUM_ISSUES = 100;
/** Longer lines are not shown; in bytes. */
const MAXIMUM_SNIPPET = 16384;

function positionOf(text: string, offset: number): Position {
  if (offset < 0) return { line: -1, column: -1, lineStart: -1 };
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: Array.from(text.slice(lineStart, offset)).length, lineStart };
}

/** One byte of UTF-8 or more. */
function isWide(character: string | undefined): boolean {
  return character !== undefined && character >= '\u0080';
}

function issueText(text: string, message: string, { line, column, lineStart }: Position): string {
  const head = `ERROR: <input>:${String(line)}:${String(column + 1)}: ${message}`;
  if (line < 0) return head;
  // Nothing has no places.
  if (text === '') return `ERROR: <input>:1:0: ${message}`;
  const end = text.indexOf('\n', lineStart);
  const snippet = text.slice(lineStart, end === -1 ? undefined : end).replaceAll('\t', ' ');
  if (Buffer.byteLength(snippet) > MAXIMUM_SNIPPET) return head;
  const characters = Array.from(snippet);
  const dots = characters.slice(0, column).map((character) => (isWide(character) ? '\uff0e' : '.'));
  const sign = isWide(characters[column]) ? '\uff3e' : '^';
  return `${head}\n | ${snippet}\n | ${dots.join('')}${sign}`;
}

/** All problems of a text, ordered by place, one under the other. */
export function issuesText(text: string, issues: readonly Issue[]): string {
  const shown = issues.slice(0, MAXIMUM_ISSUES).map(({ offset, message }) => ({
    message,
    position: positionOf(text, offset),
  }));
  // Node's sort is stable: what is at one place stays in the order found.
  shown.sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  const texts = shown.map(({ message, position }) => issueText(text, message, position));
  if (issues.length > MAXIMUM_ISSUES) {
    texts.push(`${String(issues.length - MAXIMUM_ISSUES)} more errors were truncated`);
  }
  return texts.join('\n');
}
