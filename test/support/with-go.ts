/** `describe` for what is judged by programs that are built from Go: where there is no Go, Jest counts it as one skipped test. */
import { execFileSync } from 'node:child_process';

const hasGo = isGoThere();

export function describeWithGo(name: string, suite: () => void): void {
  if (hasGo) describe(name, suite);
  // Not even looked at: what a suite prepares, nobody would clean up.
  else test.skip(`${name}: judged by programs that are built from Go, of which there is none here`, () => undefined);
}

function isGoThere(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('there is no "go" on PATH: what is judged by Go programs is skipped\n');
    return false;
  }
}
