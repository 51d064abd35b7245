import { describe, expect, it } from '@jest/globals';
import { backoffDelayMs } from '../../src/client/backoff.js';
import { BACKOFF } from '../../src/client/reconnecting-socket.js';
import { spreadMs, closedBy } from '../../src/server/shutdown.js';
import { seededRandom } from '../support/seeded-random.js';
import { stopWithClients } from './going-away.js';
import { evenness } from './return-rate.js';

/** Reconnect times of `peers` clients, ms: closed gradually, then a random back-off. */
function returns(peers: number, drainTimeoutMs: number, random: () => number): number[] {
  const totalMs = spreadMs(peers, drainTimeoutMs);
  const times: number[] = [];
  for (let ms = 0; times.length < peers; ms += 20) {
    const told = closedBy(ms, totalMs, peers);
    while (times.length < told) times.push(ms + backoffDelayMs(0, BACKOFF, random));
  }
  return times;
}

describe('clients of a stopping server', () => {
  it.each([500, 1000, 5000, 10_000])('reconnect evenly when there are %d', (peers) => {
    const { meanPerSecond, peakPerSecond } = evenness(returns(peers, 10_000, seededRandom(peers)));
    expect(peakPerSecond).toBeLessThan(3 * meanPerSecond);
  });

  it('are closed with 1001, and the process ends in time with status 0', async () => {
    const report = await stopWithClients(500, 10_000);
    expect(report).toMatchObject({ codes: { 1001: 500 }, exitCode: 0, returned: 500 });
  }, 60_000);
});

describe('evenness', () => {
  it('finds the busiest quarter of a second, wherever it begins', () => {
    const rush = Array.from({ length: 10 }, (_, i) => 1200 + i);
    expect(evenness([0, ...rush, 2000])).toEqual({ meanPerSecond: 6, peakPerSecond: 40 });
  });

  it('is even for what comes evenly', () => {
    const { meanPerSecond, peakPerSecond } = evenness(Array.from({ length: 1001 }, (_, i) => i));
    expect([meanPerSecond, peakPerSecond]).toEqual([1001, 1000]);
  });
});
