/** Environments as a cluster holds them, for tests of what is shown of them. */
import type { KubeObject } from '../../src/api/object';
import type { Stage } from '../../src/model/report';

export interface Seen {
  readonly kind?: string;
  readonly name?: string;
  readonly generation?: number;
  readonly observedGeneration?: number;
  /** `[status, reason, message]` of the condition Ready; absent: there is no status. */
  readonly ready?: readonly ['True' | 'False' | 'Unknown', string, string?];
  readonly reachable?: readonly ['True' | 'False' | 'Unknown', string, string?];
  readonly status?: Readonly<Record<string, unknown>>;
  readonly deleting?: boolean;
}

/** An Environment of namespace `team-a`, created at 2026-01-01T00:00:00Z. */
export function seenEnvironment(seen: Seen = {}): KubeObject {
  const { kind = 'Environment', name = 'thesis', generation = 1, ready, reachable } = seen;
  const observedGeneration = seen.observedGeneration ?? generation;
  const condition = (type: string, [status, reason, message = '']: readonly [string, string, string?]) => ({
    type,
    status,
    reason,
    message,
    observedGeneration,
    lastTransitionTime: '2026-01-01T00:00:10Z',
  });
  return {
    apiVersion: kind === 'Kode' ? 'kode.jacero.io/v1alpha1' : 'adrasteia.dev/v1alpha1',
    kind,
    metadata: {
      name,
      namespace: 'team-a',
      uid: `uid-${name}`,
      generation,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(seen.deleting === true ? { deletionTimestamp: '2026-01-01T00:01:00Z' } : {}),
    },
    ...(ready === undefined
      ? {}
      : {
          status: {
            ...seen.status,
            conditions: [
              condition('Ready', ready),
              ...(reachable === undefined ? [] : [condition('Reachable', reachable)]),
            ],
          },
        }),
  };
}

/** Stages of a start of twelve seconds. */
export const STAGES_SEEN: readonly Stage[] = [
  { name: 'Admitted', at: '2026-01-01T00:00:01Z' },
  { name: 'Scheduled', at: '2026-01-01T00:00:03Z' },
  { name: 'Ready', at: '2026-01-01T00:00:13Z' },
];
