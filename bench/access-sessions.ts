/** Sessions for measuring, sealed by the gate's own keys as a sign-in would. */

import type { EnvironmentAccess } from '../src/access/environment-access';
import { GATE_SERVICE } from '../src/access/gate';
import { systemClock } from '../src/adapters/system-clock';
import type { Cluster } from '../src/ports/cluster';
import { KeyRing } from '../src/programs/gate/keys/key-ring';
import { SealedTokens } from '../src/programs/gate/keys/sealed-tokens';
import { environmentCookieName } from '../src/programs/gate/sessions/environment-address';
import { claimsOfSession } from '../src/programs/gate/sessions/session';
import { eventually } from '../test/support/eventually';
import type { LoadPerson } from './access-load';

const DAY_MS = 86_400_000;
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Where people sign in, and who vouches for them, as the Gate says it. */
export interface Vouching {
  readonly gateUrl: string;
  readonly provider: string;
  readonly issuerUrl: string;
}

/** The gate's keys, followed. End it. */
export class Sessions {
  private constructor(
    private readonly tokens: SealedTokens,
    private readonly vouching: Vouching,
    readonly end: () => Promise<void>,
  ) {}

  /** Begins; returns when there are keys. */
  static async begin(cluster: Cluster, vouching: Vouching): Promise<Sessions> {
    const { namespace } = GATE_SERVICE;
    const keys = new KeyRing({ cluster, clock: systemClock, log: QUIET, namespace, longestTokenMs: () => DAY_MS });
    const stopping = new AbortController();
    const following = keys.follow(stopping.signal);
    await eventually('there are keys', () => keys.isReady);
    return new Sessions(new SealedTokens(keys, systemClock), vouching, async () => {
      stopping.abort();
      await following;
    });
  }

  /** So many people of the group `staff`, who have signed in to an environment just now. */
  async peopleOf(access: EnvironmentAccess, count: number): Promise<readonly LoadPerson[]> {
    return Promise.all(Array.from({ length: count }, (_each, index) => this.#person(access, index)));
  }

  async #person(access: EnvironmentAccess, index: number): Promise<LoadPerson> {
    const { gateUrl, provider, issuerUrl } = this.vouching;
    const now = systemClock.now();
    const user = `user-${index}`;
    const identity = {
      provider,
      subject: `subject-${index}`,
      user,
      email: `${user}@example.org`,
      groups: ['everybody', 'students', 'staff'],
      claims: {},
    };
    const session = { id: `session-${index}`, identity, issuerUrl, startedAtMs: now, seenAtMs: now };
    const scope = { kind: 'EnvironmentSession', issuer: gateUrl, audience: access.metadata.uid ?? '' } as const;
    const token = await this.tokens.seal(scope, claimsOfSession(session), now + DAY_MS);
    return { user, cookie: `_xsrf=2|ab12cd34|0011223344556677; ${environmentCookieName('session', access)}=${token}` };
  }
}
