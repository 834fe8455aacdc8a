/** What a token is for. */
export type TokenKind =
  /** At the gate: somebody has signed in. */
  | 'GateSession'
  /** At an environment: somebody has signed in at the gate. */
  | 'EnvironmentSession'
  /** From an environment to the gate: whom the sign-in is for. */
  | 'EnvironmentRequest'
  /** From the gate to an environment: the sign-in's outcome. */
  | 'HandOver'
  /** While the browser is at the provider: what its answer is checked against. */
  | 'ProviderFlow'
  /** In a form: that the gate's own page asks to sign out. */
  | 'SignOut'
  /** From an environment to the gate: that a session is over. */
  | 'SignedOut';

/** Whose word a token is, and for whom. */
export interface TokenScope {
  readonly kind: TokenKind;
  /** The gate's address. */
  readonly issuer: string;
  /** Who may take it: the gate's address, or the UID of an EnvironmentAccess. */
  readonly audience: string;
}
