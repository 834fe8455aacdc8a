/** `describe` and `test` for what uses kubectl: where there is none it is skipped, and Jest counts it so. */
import { hasKubectl } from './cluster';

export const describeWithKubectl = hasKubectl() ? describe : describe.skip;

export const testWithKubectl = hasKubectl() ? test : test.skip;
