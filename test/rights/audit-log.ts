/**
 * What an API server writes down of its requests, for who asks by a service account: who, what, and by which role it was allowed.
 * @see https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The variable that names the log of the cluster under test; the suite's global setup sets it. */
export const AUDIT_LOG = 'ADRA_TEST_AUDIT_LOG';

/** Who, what and how it ended, for service accounts alone; no bodies. A watch is noted when it begins, since it may not end. */
export const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', userGroups: ['system:serviceaccounts'] }, { level: 'None' }],
} as const;

/** Flags that make an API server write its log to a file, one JSON object a line, each before its request is answered. */
export function auditFlags(policyFile: string, logFile: string): readonly string[] {
  return [
    `--audit-policy-file=${policyFile}`,
    `--audit-log-path=${logFile}`,
    '--audit-log-mode=blocking-strict',
    // In MB; beyond it the file would be renamed.
    '--audit-log-maxsize=4000',
  ];
}

/** audit.k8s.io/v1 Event, as far as rights are concerned. */
export interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username?: string };
  /** Absent where the request is for no resource, such as `/version`. */
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly message?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The events of a log, in the order in which they were written. */
export async function* auditEvents(logFile: string): AsyncGenerator<AuditEvent> {
  for await (const line of createInterface({ input: createReadStream(logFile) })) {
    if (line !== '') yield JSON.parse(line) as AuditEvent;
  }
}
