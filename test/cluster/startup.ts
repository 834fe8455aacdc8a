/**
 * A cluster while it starts: its processes are started one after another, each written down at once, and waited for until they
 * do their part.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Note } from './binaries';
import { ClusterProblem } from './problem';
import { type Launched, launch } from './processes';
import { type ClusterRecord, writeRecord } from './record';

const STEP_TAKES_AT_MOST_MS = 120_000;
const POLL_MS = 50;

export class Startup {
  readonly directory: string;
  readonly note: Note;
  #record: ClusterRecord;
  readonly #running: Launched[] = [];

  constructor(directory: string, record: ClusterRecord, note: Note) {
    this.directory = directory;
    this.note = note;
    this.#record = record;
    writeRecord(directory, record);
  }

  /** What is written down by now. */
  get record(): ClusterRecord {
    return this.#record;
  }

  /** Writes down more. */
  write(part: Partial<ClusterRecord>): void {
    this.#record = { ...this.#record, ...part };
    writeRecord(this.directory, this.#record);
  }

  /** Starts a process under a name, which is also that of its log. */
  start(name: string, argv: readonly string[]): void {
    this.note(`starting ${name}`);
    const launched = launch(this.directory, name, argv);
    this.#running.push(launched);
    this.write({ processes: [...this.#record.processes, launched.record] });
  }

  /** Waits until something is so. A `ClusterProblem` where a process ended meanwhile, with the end of its log, or it takes too long. */
  async until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
    const until = Date.now() + STEP_TAKES_AT_MOST_MS;
    while (!(await isSo())) {
      const gone = this.#running.find(({ ended }) => ended() !== undefined);
      if (gone !== undefined)
        throw new ClusterProblem(`${gone.record.name} ${gone.ended() ?? ''}: ${this.#lastLine(gone.record.name)}`);
      if (Date.now() > until)
        throw new ClusterProblem(`waited in vain for ${what}: look at the logs in "${this.directory}"`);
      await delay(POLL_MS);
    }
  }

  #lastLine(name: string): string {
    const file = join(this.directory, `${name}.log`);
    return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? `see "${file}"`;
  }
}
