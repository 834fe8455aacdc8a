/** `describe` and `test` for what uses kubectl: where there is none it is skipped, and Jest counts it so. */
import { hasKubectl } from './cluster';

// eslint-disable-next-line no-restricted-syntax -- a machine with Node alone has no kubectl
export const describeWithKubectl = hasKubectl() ? describe : describe.skip;
// eslint-disable-next-line no-restricted-syntax -- the same
export const testWithKubectl = hasKubectl() ? test : test.skip;
