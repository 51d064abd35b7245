import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import {
  cpuSecondsIn,
  readProcessStats,
  residentBytesIn,
} from '../../../src/cli/bench/process-stats.js';

describe('process stats', () => {
  test('read user and system time after a name with spaces and brackets', () => {
    const stat = '42 (a ) b) S 1 42 42 0 -1 4194560 100 0 0 0 150 25 0 0 20 0 7 0 1234 5678 90';
    expect(cpuSecondsIn(stat)).toBe(1.75);
  });

  test('read resident memory', () => {
    expect(residentBytesIn('VmPeak:\t   999 kB\nVmRSS:\t    64 kB\nThreads:\t7\n')).toBe(65_536);
  });

  test('include the processes that it has started', async () => {
    const alone = readProcessStats(process.pid)?.residentBytes ?? 0;
    const script =
      'kept = Buffer.alloc(100_000_000, 1); console.log(kept.length); setInterval(() => {}, 1000)';
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      await once(child.stdout, 'data');
      const both = readProcessStats(process.pid)?.residentBytes ?? 0;
      expect(both - alone).toBeGreaterThan(90_000_000);
    } finally {
      child.kill();
    }
  });

  test('say nothing about a process that there is not', () => {
    expect(readProcessStats(2 ** 22 + 1)).toBeUndefined();
  });
});
