/**
 * A control plane that writes down who asks for what, for this run alone. It ends with this process, as that of the
 * integration suites does.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startThrowAwayCluster } from '../cluster/throw-away';
import { TEST_KUBECONFIG } from '../support/cluster';
import { AUDIT_LOG, AUDIT_POLICY, auditFlags } from './audit-log';

async function provideAuditedCluster(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  const directory = mkdtempSync(join(tmpdir(), 'adrasteia-rights-'));
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true });
  });
  const policyFile = join(directory, 'policy.json');
  const logFile = join(directory, 'audit.log');
  writeFileSync(policyFile, JSON.stringify(AUDIT_POLICY));
  const note = (line: string): void => {
    process.stderr.write(`cluster: ${line}\n`);
  };
  // Tests are started after this and inherit both.
  process.env[TEST_KUBECONFIG] = await startThrowAwayCluster(note, { apiServerFlags: auditFlags(policyFile, logFile) });
  process.env[AUDIT_LOG] = logFile;
}

// Jest takes what the module exports as a whole.
export = provideAuditedCluster;
