import type { KubeObject } from '../../src/api/object';
import { AdrasteiaError } from '../../src/errors';
import type { Cluster, ObjectList, WatchEvent } from '../../src/ports/cluster';
import { Mirror } from '../../src/programs/mirror';
import { POD } from '../../src/programs/simulated-node/resource-types';
import { FakeClock, settle } from '../support/fake-clock';
import { silentLogger } from '../support/silent-logger';
import { pod } from './simulated-node/lives';

function version(resourceVersion: string, uid = 'u1'): KubeObject {
  return pod({}, { metadata: { resourceVersion, uid } });
}

type Watched = readonly WatchEvent[] | Error;

/** A cluster that answers with these lists and watches in turn; the last watch stays open. */
function mirrorOver(lists: readonly ObjectList[], watches: readonly Watched[]) {
  const [restOfLists, restOfWatches] = [[...lists], [...watches]];
  const watchedFrom: string[] = [];
  const cluster: Pick<Cluster, 'list' | 'watch'> = {
    list: async () => restOfLists.shift() ?? { items: [], resourceVersion: '' },
    watch: async function* (_type, { resourceVersion, signal }) {
      watchedFrom.push(resourceVersion);
      const watched = restOfWatches.shift();
      if (watched instanceof Error) throw watched;
      if (watched === undefined) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      else yield* watched;
    },
  };
  const clock = new FakeClock();
  const changes: string[] = [];
  const mirror = new Mirror({
    cluster: cluster as Cluster,
    clock,
    log: silentLogger(),
    type: POD,
    onChange: (before, after) => changes.push(`${said(before)} to ${said(after)}`),
  });
  return { mirror, clock, changes, watchedFrom };
}

function said(object: KubeObject | undefined): string {
  return object?.metadata.resourceVersion ?? 'none';
}

describe('a mirror', () => {
  it('follows what the watch says, from the list on', async () => {
    const { mirror, changes, watchedFrom } = mirrorOver(
      [{ items: [version('9')], resourceVersion: '9' }],
      [
        [
          { type: 'MODIFIED', object: version('10') },
          { type: 'DELETED', object: version('11') },
        ],
      ],
    );
    const stop = new AbortController();
    await mirror.fill();
    const following = mirror.follow(stop.signal);
    await settle();
    stop.abort();
    await following;
    expect(watchedFrom[0]).toBe('9');
    expect(changes).toEqual(['none to 9', '9 to 10', '10 to none']);
  });

  it('resumes a watch that ended, after a pause, from the last version it heard of', async () => {
    const { mirror, clock, watchedFrom } = mirrorOver(
      [{ items: [], resourceVersion: '5' }],
      [[{ type: 'BOOKMARK', resourceVersion: '8' }]],
    );
    const stop = new AbortController();
    const following = mirror.follow(stop.signal);
    await settle();
    expect(watchedFrom).toEqual(['5']);
    clock.advance(1000);
    await settle();
    expect(watchedFrom).toEqual(['5', '8']);
    stop.abort();
    await following;
    expect(clock.pending).toBe(0);
  });

  it('lists again when its version is too old, and notes what is gone', async () => {
    const { mirror, changes, watchedFrom } = mirrorOver(
      [
        { items: [version('9')], resourceVersion: '9' },
        { items: [], resourceVersion: '20' },
      ],
      [new AdrasteiaError('ApiExpired', 'too old')],
    );
    const stop = new AbortController();
    const following = mirror.follow(stop.signal);
    await settle();
    stop.abort();
    await following;
    expect(watchedFrom).toEqual(['9', '20']);
    expect(changes).toEqual(['none to 9', '9 to none']);
  });

  it('never goes back to an older version', () => {
    const { mirror, changes } = mirrorOver([], []);
    mirror.take(version('10'));
    mirror.take(version('9'));
    expect(changes).toEqual(['none to 10']);
  });

  it('keeps an object that took the name of one that is gone', () => {
    const { mirror } = mirrorOver([], []);
    mirror.take(version('10', 'new'));
    mirror.drop(version('9', 'old').metadata);
    expect(mirror.get(version('10').metadata)?.metadata.uid).toBe('new');
  });
});
