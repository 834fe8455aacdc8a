/** Text from elsewhere, made fit for one line of a terminal. */

/** The text without control characters: neither a line feed nor an escape sequence in it reaches the terminal. */
export function oneLine(text: string): string {
  return text.replace(/\s*\p{Cc}[\p{Cc}\s]*/gu, ' ').trimEnd();
}
