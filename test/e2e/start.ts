/**
 * `npm start`: `adra up` with the examples; and with kode-operator's published example objects, where a copy of them lies
 * beside the checkout. Flags are passed on: `npm start -- --once -o json`.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageFolder } from '../../src/adapters/files/package-version';

const ROOT = packageFolder();
const OTHERS = join(dirname(ROOT), 'shared', 'seeds', 'samples', 'kode');

// Without those that need a gate: none runs here, and a sign-in that isn't there isn't shown as if it were.
const OWN = ['any-image', 'code-server', 'jupyterlab'];
// The published objects bring the template that our own Kode is made from.
const inputs = existsSync(OTHERS)
  ? [...[...OWN, 'kode/kode.yaml'].map((path) => join(ROOT, 'examples', path)), OTHERS]
  : [...OWN, 'kode'].map((path) => join(ROOT, 'examples', path));

process.argv.splice(2, 0, 'up', ...inputs);
// eslint-disable-next-line @typescript-eslint/no-require-imports -- it reads the arguments when it is loaded
require('../../src/cli/main');
