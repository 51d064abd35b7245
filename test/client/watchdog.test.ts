import { describe, expect, it } from '@jest/globals';
import { Watchdog } from '../../src/client/watchdog.js';
import type { Ticks } from '../../src/protocol/v1.js';
import { FakeEnvironment } from './fake-environment.js';

/** A watchdog, and the times at which it probed and gave the connection up, ms. */
function watch(periodMs: number, ticks: Ticks) {
  const environment = new FakeEnvironment();
  const probes: number[] = [];
  const dead: number[] = [];
  const watchdog = new Watchdog(environment, {
    probe: () => probes.push(environment.now()),
    dead: () => dead.push(environment.now()),
  });
  watchdog.start(periodMs, ticks);
  return { environment, watchdog, probes, dead };
}

describe('watchdog', () => {
  it.each([
    { ticks: 'all', periodMs: 10, silenceMs: 3000 },
    { ticks: 'all', periodMs: 1500, silenceMs: 4500 },
    { ticks: 'all', periodMs: 60_000, silenceMs: 15_000 },
    { ticks: 'sparse', periodMs: 10, silenceMs: 6000 },
    { ticks: 'sparse', periodMs: 1500, silenceMs: 6000 },
    { ticks: 'sparse', periodMs: 7000, silenceMs: 8000 },
    { ticks: 'sparse', periodMs: 60_000, silenceMs: 15_000 },
  ] as const)(
    'probes after $silenceMs ms of silence with $ticks ticks of $periodMs ms',
    ({ ticks, periodMs, silenceMs }) => {
      const { environment, probes, dead } = watch(periodMs, ticks);
      environment.pass(silenceMs - 1);
      expect(probes).toEqual([]);
      environment.pass(1 + 3000);
      expect(probes).toEqual([silenceMs]);
      expect(dead).toEqual([silenceMs + 3000]);
    },
  );

  it.each(['all', 'sparse'] as const)('takes any frame for life, with %s ticks', (ticks) => {
    const { environment, watchdog, probes, dead } = watch(100, ticks);
    const silenceMs = ticks === 'all' ? 3000 : 6000;
    for (let i = 0; i < 20; i += 1) {
      environment.pass(silenceMs - 1);
      watchdog.heard();
    }
    expect(probes).toEqual([]);
    environment.pass(silenceMs + 2999);
    watchdog.heard(); // an answer in time
    environment.pass(silenceMs - 1);
    expect([probes.length, dead]).toEqual([1, []]);
  });
});
