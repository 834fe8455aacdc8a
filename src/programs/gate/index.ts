/** What others use of the gate. */
export { AccessGate, type AccessGateOptions, type GatePorts } from './gate';
export { passwordHashes } from './methods/password-hashes';
export { PasswordThread, servePasswords } from './methods/password-thread';
