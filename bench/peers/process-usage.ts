/** What processes have used, by the kernel's account. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, fixed by the Linux ABI. */
const TICKS_PER_SECOND = 100;
const BYTES_PER_KB = 1024;

export interface Memory {
  readonly residentBytes: number;
  /** Pages shared with other processes counted in parts. */
  readonly proportionalBytes: number;
  readonly peakResidentBytes: number;
}

/** CPU time of a process and those it started, in ms; of ones that have ended and were waited for, too. */
export function cpuMsOf(pid: number): number {
  return family(pid).reduce((sum, member) => sum + ownCpuMs(member), 0);
}

/** CPU time that all processes of the machine have used so far, in ms. */
export function machineCpuMs(): number {
  const [, user, nice, system, , , irq, softirq] = (read('/proc/stat').split('\n')[0] ?? '').split(/\s+/).map(Number);
  const ticks = [user, nice, system, irq, softirq].reduce<number>((sum, field) => sum + (field ?? 0), 0);
  return (ticks / TICKS_PER_SECOND) * 1000;
}

/** Memory of a process and those it started. */
export function memoryOf(pid: number): Memory {
  const sum = { residentBytes: 0, proportionalBytes: 0, peakResidentBytes: 0 };
  for (const member of family(pid)) {
    const status = read(`/proc/${String(member)}/status`);
    sum.residentBytes += kilobytes(status, 'VmRSS') * BYTES_PER_KB;
    sum.peakResidentBytes += kilobytes(status, 'VmHWM') * BYTES_PER_KB;
    sum.proportionalBytes += kilobytes(read(`/proc/${String(member)}/smaps_rollup`), 'Pss') * BYTES_PER_KB;
  }
  return sum;
}

function ownCpuMs(pid: number): number {
  const stat = read(`/proc/${String(pid)}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime, stime, and the same of children that were waited for.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return (ticks / TICKS_PER_SECOND) * 1000;
}

/** A process and all below it. */
function family(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = read(`/proc/${entry}/stat`);
    parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const members = [pid];
  for (const member of members) {
    for (const [child, parent] of parents) if (parent === member) members.push(child);
  }
  return members;
}

/** Empty where the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function kilobytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}
