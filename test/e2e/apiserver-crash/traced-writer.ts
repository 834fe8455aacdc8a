/** A `crash-writer` whose system calls on its data file are recorded, with everything that it wrote. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The built writer; `npm run test:e2e` builds it. */
export const WRITER = join(__dirname, '../../../lib/test/e2e/apiserver-crash/crash-writer.js');

/** Something that reached the kernel, in the order in which it did. */
export type TracedCall =
  /** `isFlushed`: it was on the disk when the call returned. */
  | { readonly type: 'write'; readonly offset: number; readonly bytes: Buffer; readonly isFlushed: boolean }
  | { readonly type: 'flush' }
  | { readonly type: 'told'; readonly line: string };

/** Whether this machine has strace and lets it look. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
}

const CALLS = 'openat,close,lseek,write,writev,pwrite64,pwritev,fdatasync,fsync,ftruncate';

/** Runs the writer to its end. */
export function traceWriter(directory: string, traceFile: string): readonly TracedCall[] {
  const options = ['-f', '-qq', '-xx', '-s', '2000000', '-o', traceFile, '-e', `trace=${CALLS}`];
  const { status } = spawnSync('strace', [...options, process.execPath, WRITER, directory], {
    stdio: 'ignore',
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  if (status !== 0) throw new Error(`the traced writer ended with ${String(status)}`);
  return callsIn(readFileSync(traceFile, 'latin1'), join(directory, 'data.mdb'));
}

/** Of a trace without interrupted calls to the file: one thread writes it. */
function callsIn(trace: string, path: string): readonly TracedCall[] {
  const files = new Map<number, { readonly isFlushed: boolean; position: number }>();
  const calls: TracedCall[] = [];
  for (const line of trace.split('\n')) {
    const [, name = '', rest = '', result = ''] = /^\d+ +(\w+)\((.*)\) += (-?\d+)/s.exec(line) ?? [];
    const descriptor = Number.parseInt(rest, 10);
    const file = files.get(descriptor);
    if (name === 'openat') {
      const [opened = ''] = stringsIn(rest).map((bytes) => bytes.toString());
      if (opened === path && Number(result) >= 0)
        files.set(Number(result), { isFlushed: rest.includes('O_DSYNC'), position: 0 });
    } else if (name === 'write' && descriptor === 1) {
      for (const told of Buffer.concat(stringsIn(rest)).toString().trim().split('\n'))
        calls.push({ type: 'told', line: told });
    } else if (file !== undefined) {
      const { isFlushed } = file;
      switch (name) {
        case 'close':
          files.delete(descriptor);
          break;
        case 'lseek':
          file.position = Number(result);
          break;
        case 'fdatasync':
        case 'fsync':
          calls.push({ type: 'flush' });
          break;
        case 'pwrite64':
        case 'pwritev':
          calls.push({ type: 'write', offset: lastNumber(rest), bytes: Buffer.concat(stringsIn(rest)), isFlushed });
          break;
        case 'write':
        case 'writev':
          calls.push({ type: 'write', offset: file.position, bytes: Buffer.concat(stringsIn(rest)), isFlushed });
          file.position += Number(result);
          break;
        default:
          throw new Error(`${name} was not expected on ${path}`);
      }
    }
  }
  return calls;
}

/** The strings of a call, which strace writes in hexadecimal. */
function stringsIn(text: string): Buffer[] {
  return [...text.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) =>
    Buffer.from(hex.replaceAll('\\x', ''), 'hex'),
  );
}

function lastNumber(text: string): number {
  return Number(text.slice(text.lastIndexOf(',') + 1));
}
