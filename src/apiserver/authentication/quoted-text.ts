/** Lists of texts, as messages of Kubernetes show what a client sent. */
import { goQuoted } from '../schema/go-text';

/** A list of texts: `["a" "b"]`. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(goQuoted).join(' ')}]`;
}
