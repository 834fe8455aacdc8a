/** How many requests at a time each priority level may have, in Prometheus' text format. Pure. */
import type { KubeObject } from '../../api/object';

/** kube-apiserver's `--max-requests-inflight` and `--max-mutating-requests-inflight` together, where nobody sets them. */
const SEATS = 600;
const METRIC = 'apiserver_flowcontrol_nominal_limit_seats';

interface PriorityLevelSpec {
  readonly exempt?: { readonly nominalConcurrencyShares?: number };
  readonly limited?: { readonly nominalConcurrencyShares?: number };
}

/** The seats are shared out in proportion to the shares; nothing here holds a request back. */
export function priorityLevelMetrics(levels: readonly KubeObject[]): string {
  const total = levels.reduce((sum, level) => sum + sharesOf(level), 0);
  const lines = levels.map((level) => {
    const seats = total === 0 ? 0 : Math.ceil((SEATS * sharesOf(level)) / total);
    return `${METRIC}{priority_level=${JSON.stringify(level.metadata.name)}} ${String(seats)}\n`;
  });
  const head = `# HELP ${METRIC} [BETA] Nominal number of execution seats configured for each priority level\n# TYPE ${METRIC} gauge\n`;
  return `${head}${lines.join('')}`;
}

function sharesOf({ spec }: KubeObject): number {
  const { exempt, limited } = (spec ?? {}) as PriorityLevelSpec;
  return (limited ?? exempt)?.nominalConcurrencyShares ?? 0;
}
