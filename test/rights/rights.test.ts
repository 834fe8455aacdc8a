/**
 * The controller's rights, proved by use: the integration suites run with their controllers under the platform's account on a
 * real control plane that writes down every request, and the log is held against what the platform grants.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../../constructs/kinds';
import { CONTROLLER_LEASE, controllerRules, leaseRules } from '../../constructs/platform';
import { AUDIT_LOG, auditEvents } from './audit-log';
import { CONTROLLER_ACCOUNTS, CONTROLLER_NAME } from './controller-account';
import { lackingRight, type Right, rightsOf, rightsReview, usedRights } from './used-rights';
import { RIGHTS_WAIVERS } from './waivers';

const ROOT = join(__dirname, '../..');
const LIMIT_MS = 40 * 60_000;

interface SuiteResult {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

describe('the controller’s rights', () => {
  let suites: SuiteResult;
  const used = { cluster: new Set<Right>(), lease: new Set<Right>() };
  const lacking = new Set<string>();

  beforeAll(async () => {
    suites = await runIntegrationSuites();
    for await (const event of auditEvents(process.env[AUDIT_LOG] ?? '')) {
      if (event.user.username?.endsWith(`:${CONTROLLER_NAME}`) !== true) continue;
      for (const right of usedRights(event, `ClusterRole "${CONTROLLER_NAME}"`)) used.cluster.add(right);
      for (const right of usedRights(event, `Role "${CONTROLLER_NAME}"`)) used.lease.add(right);
      const refusal = lackingRight(event);
      if (refusal !== undefined) lacking.add(refusal);
    }
  }, LIMIT_MS);

  it('are enough for every integration suite', () => {
    const failed = suites.testResults.flatMap(({ assertionResults, message }) =>
      assertionResults.length === 0 && message !== ''
        ? [message]
        : assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    );
    expect(failed).toEqual([]);
    expect(suites.numPassedTests).toBeGreaterThan(0);
  });

  it('are never found lacking', () => {
    expect([...lacking]).toEqual([]);
  });

  it.each([
    { role: 'in the whole cluster', rules: controllerRules(kinds), of: 'cluster' },
    { role: 'in its own namespace', rules: leaseRules(CONTROLLER_LEASE), of: 'lease' },
  ] as const)('are all used $role, or waived with a reason, and no waiver is needless', ({ rules, of }) => {
    const waived = RIGHTS_WAIVERS.filter(({ role }) => role === of).map(({ right }) => right);
    expect(rightsReview(rightsOf(rules), used[of], waived)).toEqual({ idle: [], needlessWaivers: [] });
  });
});

/** The variable that names a file for what came of the suites, so that whoever counts tests can count these too. */
const SUITE_RESULTS = 'ADRA_INTEGRATION_RESULTS';

/** Runs the suites in a process of their own, since Jest knows no order between its projects. */
async function runIntegrationSuites(): Promise<SuiteResult> {
  const directory = mkdtempSync(join(tmpdir(), 'adrasteia-rights-suites-'));
  try {
    const output = process.env[SUITE_RESULTS] ?? join(directory, 'results.json');
    const jest = require.resolve('jest/bin/jest');
    const args = [jest, '--selectProjects', 'integration', '--ci', '--runInBand', '--json', `--outputFile=${output}`];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, [CONTROLLER_ACCOUNTS]: 'yes' },
      stdio: ['ignore', 'ignore', 2],
    });
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    return JSON.parse(readFileSync(output, 'utf8')) as SuiteResult;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
