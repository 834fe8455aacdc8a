/** A policy or a binding that cannot be used as it is; the message is told to the client. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
