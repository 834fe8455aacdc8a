/** Text in objects whose shape nobody has checked. */
import { valueAt } from '../api/object';

/** The text found by walking member names from a value; empty where there is none. */
export function textAt(value: unknown, path: readonly string[]): string {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : '';
}
