/**
 * Random values of Secrets, made once.
 */
import { randomBytes } from 'node:crypto';
import type { GeneratedValue } from '../plan/planned-object';

/** Secret `data`: base64 of the text that each rule asks for. */
export function generatedData(rules: Readonly<Record<string, GeneratedValue>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rules).map(([key, { bytes, encoding }]) => [
      key,
      Buffer.from(randomBytes(bytes).toString(encoding)).toString('base64'),
    ]),
  );
}
