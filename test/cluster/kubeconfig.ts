import { existsSync } from 'node:fs';
import { kubeconfigPath } from './credentials';
import { ClusterProblem } from './problem';

/** Prints the path of the kubeconfig of the cluster in a directory. */
export function kubeconfig(directory: string): void {
  const path = kubeconfigPath(directory);
  if (!existsSync(path)) throw new ClusterProblem(`there is no cluster in "${directory}": run "npm run cluster -- up"`);
  process.stdout.write(`${path}\n`);
}
