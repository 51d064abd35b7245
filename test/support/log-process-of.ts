import { readFileSync } from 'node:fs';
import { childrenOf } from '../../src/cli/bench/process-stats.js';

/** Pid of the log process of a server (Linux); undefined if there is none at the moment. */
export function logProcessOf(serverPid: number): number | undefined {
  return childrenOf(serverPid).find((pid) => commandOf(pid).startsWith('tickchat log'));
}

/** The command line of a process, or its title if it has set one; empty for a zombie. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

/** Whether a process runs: it exists and is no zombie. */
export function isRunning(pid: number): boolean {
  return commandOf(pid) !== '';
}
