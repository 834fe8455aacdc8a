/**
 * `npm start`: the engine on a control plane of its own, with the examples; and with kode-operator's published example
 * objects, where a copy of them lies beside the checkout.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ClusterProblem } from './problem';
import { run } from './run';

const ROOT = resolve(__dirname, '..', '..', '..');
const OTHERS = join(ROOT, '..', 'shared', 'seeds', 'samples', 'kode');

const examples = join(ROOT, 'examples');
// The published objects bring the template that our own Kode is made from.
const inputs = existsSync(OTHERS)
  ? [...['any-image', 'code-server', 'jupyterlab', 'kode/kode.yaml'].map((path) => join(examples, path)), OTHERS]
  : [examples];
const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const command = [process.execPath, join(__dirname, '..', '..', 'src', 'cli', 'main.js'), 'up', ...inputs];

run([...command, ...process.argv.slice(2)], note).then(
  (code) => process.exit(code),
  (error: unknown) => {
    note(`error: ${error instanceof ClusterProblem ? error.message : String(error)}`);
    process.exit(1);
  },
);
