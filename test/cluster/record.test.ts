import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesVersion } from './directories';
import {
  type ClusterRecord,
  claimDirectory,
  findRecord,
  isOrphaned,
  removeCluster,
  thisOwner,
  whileStarting,
  writeRecord,
} from './record';

const RECORD: ClusterRecord = { version: 'v1.34.4', port: 1, fsync: false, processes: [] };
/** Larger than any pid that Linux or macOS give. */
const NO_PID = 2 ** 30;

describe('the record of a cluster', () => {
  let parent: string;
  let directory: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'adrasteia-record-'));
    directory = join(parent, 'cluster');
  });

  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  it('is found again, in a directory that only its user reads', () => {
    claimDirectory(directory);
    expect(findRecord(directory)).toBeUndefined();
    writeRecord(directory, RECORD);
    expect(findRecord(directory)).toEqual(RECORD);
    expect(statSync(directory).mode & 0o077).toBe(0);
  });

  it('goes with its directory', () => {
    claimDirectory(directory);
    writeRecord(directory, RECORD);
    expect(removeCluster(directory)).toBe(true);
    expect(existsSync(directory)).toBe(false);
  });

  it('that is damaged is a problem that says what to do', () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'cluster.json'), '{');
    expect(() => findRecord(directory)).toThrow(/is damaged: end the processes/);
  });

  it('is missing where a directory holds something else, which is neither used nor removed', () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'thesis.txt'), 'mine');
    expect(() => {
      claimDirectory(directory);
    }).toThrow(/is not empty and holds no test cluster/);
    expect(removeCluster(directory)).toBe(false);
    expect(existsSync(join(directory, 'thesis.txt'))).toBe(true);
  });

  it.each([
    { owner: thisOwner(), isOrphan: false, because: 'this process lives' },
    { owner: { pid: NO_PID, host: hostname() }, isOrphan: true, because: 'no such process runs' },
    {
      owner: { pid: NO_PID, host: `not-${hostname()}` },
      isOrphan: false,
      because: 'another host knows its own processes',
    },
    { owner: undefined, isOrphan: false, because: 'it stays until it is taken down' },
  ])('is an orphan ($isOrphan) because $because', ({ owner, isOrphan }) => {
    expect(isOrphaned({ ...RECORD, ...(owner === undefined ? {} : { owner }) })).toBe(isOrphan);
  });

  it('is made by one starter at a time', async () => {
    await whileStarting(directory, async () => {
      await expect(whileStarting(directory, () => Promise.resolve())).rejects.toThrow(
        /another process starts the cluster/,
      );
    });
    await expect(whileStarting(directory, () => Promise.resolve())).resolves.toBeUndefined();
  });

  it('is made although an earlier starter was killed', async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'starting'), String(NO_PID));
    await expect(whileStarting(directory, () => Promise.resolve())).resolves.toBeUndefined();
  });
});

it('the version of Kubernetes is the one that go.mod requires', () => {
  expect(kubernetesVersion()).toMatch(/^v1\.\d+\.\d+$/);
});
