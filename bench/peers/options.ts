/** What `npm run bench -- peers` is told. */
import { parseArgs } from 'node:util';

/** What can be measured; S1 to S6 and S9 in every round, S7 and S8 once after the rounds. */
export const SCENARIOS = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface PeersOptions {
  /** Prepare what is missing, and measure nothing. */
  readonly prepareOnly: boolean;
  readonly rounds: number;
  /** Environments of a burst (S2). */
  readonly environments: number;
  /** Environments made before anything is measured. */
  readonly warm: number;
  /** Environments of S1 and S3, one after another. */
  readonly serial: number;
  /** Environments of S7, for each contestant. */
  readonly idleEnvironments: number;
  readonly idleMinutes: number;
  /** Environments of S8. */
  readonly scale: number;
  readonly scenarios: ReadonlySet<Scenario>;
  /** Names of contestants; absent: all. */
  readonly only: ReadonlySet<string> | undefined;
  /** Folder in which the results are kept. Default: `results` beside the peers' sources. */
  readonly output: string | undefined;
}

export const PEERS_USAGE = `Usage: npm run bench -- peers [prepare] [OPTIONS]

  prepare                  build and install the peers, and measure nothing
  --rounds N               rounds of S1 to S6 and S9 (default 5)
  --environments N         environments of a burst (default 200)
  --warm N                 environments made before anything is measured (default 60)
  --serial N               environments made, and changed, one after another (default 15)
  --scenarios S1,S2,…      default all: S1 one by one, S2 burst, S3 change of one child, S4 drift, S5 delete, S6 kill and
                           restart, S7 idle, S8 many environments, S9 slow server
  --only NAME,…            contestants: raw, adrasteia, controller-runtime, controller-runtime-10,
                           controller-runtime-10-cached, kopf, client-node
  --idle-minutes N         S7 (default 5)
  --idle-environments N    S7 (default 50)
  --scale N                environments of S8 (default 2000)
  --output DIR             folder for the results (default bench/peers/results)
`;

/** Throws with a usage text where the arguments say nothing that is known. */
export function peersOptions(args: readonly string[]): PeersOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      environments: { type: 'string', default: '200' },
      warm: { type: 'string', default: '60' },
      serial: { type: 'string', default: '15' },
      scenarios: { type: 'string', default: SCENARIOS.join(',') },
      only: { type: 'string' },
      'idle-minutes': { type: 'string', default: '5' },
      'idle-environments': { type: 'string', default: '50' },
      scale: { type: 'string', default: '2000' },
      output: { type: 'string' },
    },
  });
  if (positionals.some((word) => word !== 'prepare')) throw new Error(PEERS_USAGE);
  return {
    prepareOnly: positionals.includes('prepare'),
    rounds: count(values.rounds),
    environments: count(values.environments),
    warm: count(values.warm),
    serial: count(values.serial),
    idleMinutes: count(values['idle-minutes']),
    idleEnvironments: count(values['idle-environments']),
    scale: count(values.scale),
    scenarios: new Set(values.scenarios.split(',').map(scenario)),
    only: values.only === undefined ? undefined : new Set(values.only.split(',')),
    output: values.output,
  };
}

function count(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`"${text}" is no number\n${PEERS_USAGE}`);
  return Number(text);
}

function scenario(text: string): Scenario {
  const found = SCENARIOS.find((name) => name === text);
  if (found === undefined) throw new Error(`there is no scenario "${text}"\n${PEERS_USAGE}`);
  return found;
}
