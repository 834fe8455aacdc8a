/** What the API server has counted of each account's requests. */
import { get } from 'node:https';
import type { KubernetesCluster } from '../../src/adapters/kubernetes/client';

/** One account's requests. */
export interface RequestCounts {
  /** Writes to the objects that an environment is made of. */
  readonly children: number;
  /** Writes to statuses of environments. */
  readonly status: number;
  /** All other writes: annotations, inventories, events. */
  readonly other: number;
  /** Everything that isn't a write. A watch counts once. */
  readonly reads: number;
}

const NONE: RequestCounts = { children: 0, status: 0, other: 0, reads: 0 };
const LINE =
  /^apiserver_flowcontrol_dispatched_requests_total\{flow_schema="bench\.([^"]+)\.(children|status|other|reads)",[^}]*\} (\S+)/gm;

/** The name of the flow schema that counts one sort of an account's requests. */
export function flowSchemaName(account: string, count: string): string {
  return `bench.${account}.${count}`;
}

/** The counts so far of an account; all are zero before its first request. */
export async function requestCounts(cluster: KubernetesCluster, account: string): Promise<RequestCounts> {
  const counts = { ...NONE };
  for (const [, name, count, value] of (await metricsPage(cluster)).matchAll(LINE)) {
    if (name === account) counts[count as keyof RequestCounts] += Number(value);
  }
  return counts;
}

/** What was counted between two looks. */
export function countsBetween(before: RequestCounts, after: RequestCounts): RequestCounts {
  return {
    children: after.children - before.children,
    status: after.status - before.status,
    other: after.other - before.other,
    reads: after.reads - before.reads,
  };
}

/** Writes of every sort. */
export function writesOf({ children, status, other }: RequestCounts): number {
  return children + status + other;
}

function metricsPage({ connection }: KubernetesCluster): Promise<string> {
  const { certificateAuthority: authority, server, user } = connection;
  const ca = authority !== undefined && 'data' in authority ? { ca: authority.data } : {};
  const headers = { authorization: `Bearer ${user.token ?? ''}` };
  return new Promise((resolve, reject) => {
    get(`${server}/metrics`, { ...ca, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${server}/metrics answers ${String(response.statusCode)}: ${text.slice(0, 200)}`));
      });
    }).once('error', reject);
  });
}
