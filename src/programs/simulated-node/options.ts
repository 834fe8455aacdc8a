import { SIMULATED_LABEL } from '../../api/well-known';

/** Milliseconds between the stages of an object's life, so that each can be seen. */
export interface Delays {
  /** A claim gets its volume, or a larger one. */
  readonly provision: number;
  /** A pod is assigned to the node, or told why not. */
  readonly schedule: number;
  /** The node takes note of a pod. */
  readonly accept: number;
  /** An init container runs; also the time until it starts. */
  readonly init: number;
  /** Images are there and containers run. */
  readonly run: number;
  /** Containers that run are ready. */
  readonly ready: number;
  /** A job's pod is done. */
  readonly complete: number;
  /** A deleted pod is gone. */
  readonly stop: number;
  /** A released volume is gone. */
  readonly reclaim: number;
}

const DEFAULT_DELAYS: Delays = {
  provision: 50,
  schedule: 20,
  accept: 50,
  init: 100,
  run: 200,
  ready: 200,
  complete: 300,
  stop: 100,
  reclaim: 50,
};

/** What may be chosen of a simulated node; all of it has defaults. */
export interface SimulatedNodeOptions {
  /** Default `simulated-node`. */
  readonly name?: string;
  /** Labels beside those of every node; pods choose by them. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What the node says it has. Nothing is counted: the node is never full. */
  readonly capacity?: Readonly<Record<string, string>>;
  /** Images that can't be pulled, with tag or digest, or without for all of them. */
  readonly brokenImages?: readonly string[];
  readonly delays?: Partial<Delays>;
  /** Default 10 s; the controllers give a silent node up after 50 s. */
  readonly heartbeatMs?: number;
}

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly capacity: Readonly<Record<string, string>>;
  readonly brokenImages: ReadonlySet<string>;
  readonly delays: Delays;
  readonly heartbeatMs: number;
}

/** Every option, with its default where it isn't given. */
export function resolveOptions(options: SimulatedNodeOptions): ResolvedOptions {
  const name = options.name ?? 'simulated-node';
  return {
    name,
    labels: {
      ...options.labels,
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      [SIMULATED_LABEL]: 'true',
    },
    capacity: { cpu: '64', memory: '256Gi', 'ephemeral-storage': '1Ti', pods: '10000', ...options.capacity },
    brokenImages: new Set(options.brokenImages ?? []),
    delays: { ...DEFAULT_DELAYS, ...options.delays },
    heartbeatMs: options.heartbeatMs ?? 10_000,
  };
}
