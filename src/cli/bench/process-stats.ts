import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: USER_HZ, 100 on every Linux that Node runs on (proc(5)). */
const TICKS_PER_SECOND = 100;

/** CPU time and memory of a process and of the processes that it has started. */
export interface ProcessStats {
  /** User and system time of all threads, seconds, in steps of 10 ms. */
  readonly cpuSeconds: number;
  /** Resident memory, bytes. Pages that processes share count once for each. */
  readonly residentBytes: number;
}

/** Reads /proc/PID (Linux); undefined if there is no such process or no /proc. */
export function readProcessStats(pid: number): ProcessStats | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    let [cpuSeconds, residentBytes] = [cpuSecondsIn(stat), residentBytesIn(status)];
    for (const child of childrenOf(pid)) {
      const stats = readProcessStats(child); // undefined if it has ended meanwhile
      cpuSeconds += stats?.cpuSeconds ?? 0;
      residentBytes += stats?.residentBytes ?? 0;
    }
    return { cpuSeconds, residentBytes };
  } catch {
    return undefined;
  }
}

/** Processes that the main thread of a process has started; none without CONFIG_PROC_CHILDREN. */
export function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
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
