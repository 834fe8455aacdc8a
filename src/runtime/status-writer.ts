/**
 * Status: written only where it differs, and not for every step of a start.
 *
 * A settled status is written at once. One that will soon be better waits for a second, so that stages which follow each other
 * quickly become one write; a slow start shows its stages at that pace.
 */
import { type Condition, stampConditions } from '../api/condition';
import { digest, isJsonObject, type JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import { FIELD_MANAGER } from '../api/well-known';
import type { Kind } from '../plan/kind';
import type { StatusReport } from '../plan/plan';
import type { Clock } from '../ports/clock';
import type { Cluster } from '../ports/cluster';
import { mergePatch } from './merge-patch';
import { nameOf } from './ownership';

/** How long an unsettled status waits for a better one. */
const COALESCE_MS = 1_000;

export type StatusOutcome =
  | { readonly outcome: 'Unchanged' }
  | { readonly outcome: 'Written'; readonly object: KubeObject }
  /** Look again after this long. */
  | { readonly outcome: 'Deferred'; readonly delayMs: number };

/** What the writer remembers of one object. */
interface Memory {
  /** Since when an unsettled status waits. */
  waitingSince?: number;
  /** Digest of the status as computed, and of what the server made of it. */
  written?: { readonly computed: string; readonly stored: string };
}

export class StatusWriter {
  private readonly memories = new Map<string, Memory>();

  constructor(
    private readonly cluster: Cluster,
    private readonly clock: Clock,
  ) {}

  /** The conditions that an object has now. */
  static conditionsOf(object: Pick<KubeObject, 'status'>): readonly Condition[] {
    const status = isJsonObject(object.status) ? object.status : {};
    const conditions = status['conditions'];
    // The CRD's schema and this writer are the only sources of conditions.
    return Array.isArray(conditions) ? (conditions as readonly Condition[]) : [];
  }

  async write(
    kind: Pick<Kind, 'type' | 'statusSubresource'>,
    object: KubeObject,
    report: StatusReport,
  ): Promise<StatusOutcome> {
    const key = object.metadata.uid ?? '';
    const memory = this.memories.get(key) ?? {};
    const current = isJsonObject(object.status) ? object.status : {};
    const now = new Date(this.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const conditions = stampConditions(
      report.conditions,
      StatusWriter.conditionsOf(object),
      // Without a subresource each status is a new generation: naming it would make the next status differ, for ever.
      kind.statusSubresource ? object.metadata.generation : undefined,
      now,
    );
    const computed: JsonObject =
      conditions.length === 0 && current['conditions'] === undefined
        ? report.fields
        : { ...report.fields, conditions: conditions.map((condition) => ({ ...condition })) };
    const patch = mergePatch(current, computed);
    if (patch === undefined || isKnown(memory, computed, current)) {
      // Nothing waits any more, and most objects never have anything else to remember.
      if (memory.written === undefined) this.memories.delete(key);
      else delete memory.waitingSince;
      return { outcome: 'Unchanged' };
    }
    this.memories.set(key, memory);
    if (!report.settled) {
      memory.waitingSince ??= this.clock.now();
      const remaining = memory.waitingSince + COALESCE_MS - this.clock.now();
      if (remaining > 0) return { outcome: 'Deferred', delayMs: remaining };
    }
    const answer = await this.cluster.patch(
      kind.type,
      nameOf(object.metadata),
      { status: patch },
      {
        type: 'merge',
        fieldManager: FIELD_MANAGER,
        ...(kind.statusSubresource ? { subresource: 'status' as const } : {}),
      },
    );
    const written = { computed: digest(computed), stored: digest(answer.status ?? {}) };
    // Where the server keeps what it was sent there is nothing to remember: the next look finds no difference.
    if (written.computed === written.stored) this.memories.delete(key);
    else this.memories.set(key, { written });
    return { outcome: 'Written', object: answer };
  }

  forget(uid: string): void {
    this.memories.delete(uid);
  }
}

/** Whether this status was written before, and the server has kept what it made of it. */
function isKnown({ written }: Memory, computed: JsonObject, current: JsonObject): boolean {
  return written?.computed === digest(computed) && written.stored === digest(current);
}

/** The status of an object with one condition set beside what it says otherwise. */
export function withCondition(
  object: Pick<KubeObject, 'status'>,
  condition: StatusReport['conditions'][number],
): StatusReport {
  const { conditions: _conditions, ...fields } = isJsonObject(object.status) ? object.status : {};
  const others = StatusWriter.conditionsOf(object).filter(({ type }) => type !== condition.type);
  return { fields, conditions: [...others, condition], settled: true };
}
