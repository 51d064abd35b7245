import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Health, type Vitals } from '../../src/server/ops/health.js';

describe('health', () => {
  const timeline = { epoch: 0, period: 100 };
  const answering: Vitals['log'] = { read: async () => [] };

  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function healthAt(now: number, newestTick: number, log = answering): Health {
    return new Health({ timeline, now: () => now, newestTick: () => newestTick, log });
  }

  it.each([
    ['the newest tick is the one that is on', 10_000, 100],
    ['it is late by less than two seconds', 10_000, 80],
    ['it is ahead, as after a clock was set back', 10_000, 500],
  ])('is good when %s', async (_, now, tick) => {
    expect(await healthAt(now, tick).fault()).toBeUndefined();
  });

  it('reports that ticks have stopped', async () => {
    expect(await healthAt(10_000, 79).fault()).toBe('tick 80 is late: the newest is 79');
  });

  it('reports nothing during a tick of an hour', async () => {
    const period = 3_600_000;
    const hourly = (now: number): Health =>
      new Health({
        timeline: { epoch: 0, period },
        now: () => now,
        newestTick: () => 1,
        log: answering,
      });
    expect(await hourly(period).fault()).toBeUndefined();
    expect(await hourly(2 * period - 1).fault()).toBeUndefined();
    expect(await hourly(2 * period + 2000).fault()).toBe('tick 2 is late: the newest is 1');
  });

  it('reports that the log fails', async () => {
    const log: Vitals['log'] = { read: () => Promise.reject(new Error('EIO')) };
    expect(await healthAt(0, 0, log).fault()).toBe("the log can't be read: EIO");
  });

  it('reports that the log does not answer', async () => {
    const log: Vitals['log'] = { read: () => new Promise(() => {}) };
    const fault = healthAt(0, 0, log).fault();
    await jest.advanceTimersByTimeAsync(5000);
    expect(await fault).toBe('the log has not answered for 5000 ms');
  });
});
