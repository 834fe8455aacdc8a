/** Points one suite to the embedded API: what the suite sees of the environment is its own. */
import { EMBEDDED_KUBECONFIG, TEST_KUBECONFIG } from '../cluster';

process.env[TEST_KUBECONFIG] = process.env[EMBEDDED_KUBECONFIG];
