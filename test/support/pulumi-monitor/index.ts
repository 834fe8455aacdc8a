/**
 * A recorder for Pulumi programs. What it shows is what a program registers; no Pulumi engine runs and nothing is deployed.
 */
export { type BuiltTree, buildTree } from './built-tree';
export { type MockedResource, mockedObjects, recordMocks, settled } from './mocks';
export { type ProgramOptions, type ProgramRun, runProgram } from './program';
export type { LogLine } from './recording-monitor';
export { manifestsOf, type Registration } from './registration';
