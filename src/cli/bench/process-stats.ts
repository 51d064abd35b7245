import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: USER_HZ, 100 on every Linux that Node runs on (proc(5)). */
const TICKS_PER_SECOND = 100;

/** What a process has used so far. */
export interface ProcessStats {
  /** User and system time of all its threads, seconds, to 10 ms. */
  readonly cpuSeconds: number;
  /** Resident memory, bytes. */
  readonly residentBytes: number;
}

/** Reads /proc/PID (Linux); undefined if there is no such process or no /proc. */
export function readProcessStats(pid: number): ProcessStats | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return { cpuSeconds: cpuSecondsIn(stat), residentBytes: residentBytesIn(status) };
  } catch {
    return undefined;
  }
}

/** utime and stime, fields 14 and 15; the name in field 2 may hold spaces and brackets. */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** VmRSS, given in kB (of 1024). */
export function residentBytesIn(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
