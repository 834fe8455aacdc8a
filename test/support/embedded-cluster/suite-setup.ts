/** Points one suite to the embedded API of its worker: what the suite sees of the environment is its own. */
import { delimiter } from 'node:path';
import { EMBEDDED_KUBECONFIGS, TEST_KUBECONFIG } from '../cluster';

const kubeconfigs = (process.env[EMBEDDED_KUBECONFIGS] ?? '').split(delimiter);
process.env[TEST_KUBECONFIG] = kubeconfigs[Number(process.env['JEST_WORKER_ID'] ?? '1') - 1];
