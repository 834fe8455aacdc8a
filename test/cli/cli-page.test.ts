import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cliPage } from '../../docs/cli-page';
import { EXIT_CODES } from '../../src/cli/exit-codes';
import { wholeProgram } from '../../src/cli/program';
import { recordingSurroundings } from './recording-surroundings';

const page = cliPage(wholeProgram(recordingSurroundings()), Object.values(EXIT_CODES));

describe('the page of the command line', () => {
  it('is in step with the program', () => {
    expect(readFileSync(resolve(__dirname, '../../docs/cli.md'), 'utf8')).toBe(page);
  });

  it('names each flag with its variable and each exit code with its meaning', () => {
    expect(page).toContain(
      '| `--health-port <port>` | `ADRA_HEALTH_PORT` | port of /healthz and /readyz; 0: any that is free (default 8081) |',
    );
    expect(page).toContain('| 6 | what was waited for did not happen in the time given |');
  });
});
