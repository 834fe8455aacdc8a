/** A text that isn't JSON or YAML; the message is that of a Go server. */
export class BodySyntaxError extends Error {
  override readonly name = 'BodySyntaxError';
}

/** A text nested so deeply that it cannot be walked is refused, as a Go server refuses it. */
export function withinDepth<T>(walk: () => T): T {
  try {
    return walk();
  } catch (error) {
    throw error instanceof RangeError ? new BodySyntaxError('exceeded max depth', { cause: error }) : error;
  }
}
