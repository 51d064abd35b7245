import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EXCHANGES_TO_SYNC, RemoteClock } from '../../src/clock/remote-clock.js';
import { EARLY_SLEW, SLEW } from '../../src/clock/slewed-time.js';
import {
  jittery,
  simulate,
  spiky,
  type Happening,
  type Path,
  type Reading,
  type Scenario,
} from '../support/clock-simulation.js';
import { quantile } from '../support/quantile.js';
import { SEED, seededRandom } from '../support/seeded-random.js';

const MINUTE = 60_000;

/** A step is made in the course of a burst of probes. */
const SETTLE_MS = 3000;

/** Probes after which the clock is slewed slowly, those on the way included. */
const EARLY_PROBES = 70;

/** Readings of many clients of ten minutes each, of the times in which they were in sync. */
function readings(scenario: Partial<Scenario> & { path: Path }, clients = 20): Reading[] {
  return Array.from({ length: clients }, (_, client) =>
    simulate({ random: seededRandom(SEED + client), durationMs: 10 * MINUTE, ...scenario }),
  )
    .flat()
    .filter(({ synced }) => synced);
}

function errors(of: readonly Reading[]): number[] {
  return of.map(({ error }) => Math.abs(error));
}

/** How much an error is over what the clock said it could be. */
function excess(of: readonly Reading[]): number {
  return of.reduce((most, { error, bound }) => Math.max(most, Math.abs(error) - bound), -Infinity);
}

function expectMonotonic(of: readonly Reading[]): void {
  const back = of.slice(1).filter(({ now }, index) => now < (of[index]?.now ?? NaN));
  expect(back).toEqual([]);
}

describe(`remote clock (SEED=${SEED})`, () => {
  it('is within 2 ms at 5 ± 1 ms each way', () => {
    const found = readings({ path: jittery(5, 1) });
    expect(quantile(errors(found), 0.99)).toBeLessThan(2);
    expect(excess(found)).toBeLessThan(0);
  });

  // In simulations of 120 seeds the greatest p95 and p99 were two thirds of these limits.
  it.each<[string, Partial<Scenario> & { path: Path }]>([
    ['at 50 ± 20 ms each way', { path: jittery(50, 20), driftPpm: 20 }],
    ['with ticks', { path: jittery(50, 20), framesEveryMs: 1000 }],
    ['through spikes', { path: spiky(50, 20) }],
    ['with a clock of 1 ms', { path: jittery(50, 20), precisionMs: 1 }],
  ])('is within 2.5 ms (p95) and 5 ms (p99) from 15 s on %s', (_, scenario) => {
    const found = readings({ ...scenario, durationMs: MINUTE }, 40);
    const early = found.filter(({ at }) => at > 15_000);
    expect(quantile(errors(early), 0.95)).toBeLessThan(2.5);
    expect(quantile(errors(early), 0.99)).toBeLessThan(5);
    expect(excess(found)).toBeLessThan(0);
  });

  it('is within 4 ms (p95) and 8 ms (p99) after five minutes', () => {
    const found = readings({ path: jittery(50, 20), driftPpm: 20 }, 40);
    const late = found.filter(({ at }) => at > 5 * MINUTE);
    expect(quantile(errors(late), 0.95)).toBeLessThan(4);
    expect(quantile(errors(late), 0.99)).toBeLessThan(8);
    expect(excess(found)).toBeLessThan(0);
  });

  it('keeps its bound where a packet may take no time at all, for clocks that drift', () => {
    for (const driftPpm of [-100, 100]) {
      for (const framesEveryMs of [100, 1000, Infinity]) {
        const path = jittery(20, 20);
        const found = readings({ path, driftPpm, framesEveryMs, durationMs: 5 * MINUTE });
        expect(excess(found)).toBeLessThan(0);
        const sharp = found.filter(({ at }) => at > MINUTE).map(({ bound }) => bound);
        expect(quantile(sharp, 0.5)).toBeLessThan(8);
      }
    }
  });

  it('is not misled by ticks that come late in a large room', () => {
    const late: Path = { ...jittery(50, 20), frame: (random) => 150 + 200 * random() };
    const found = readings({ path: late, framesEveryMs: 1000, durationMs: MINUTE }, 40);
    const early = found.filter(({ at }) => at > 15_000);
    expect(quantile(errors(early), 0.95)).toBeLessThan(2.5);
    expect(excess(found)).toBeLessThan(0);
  });

  it('is within half a millisecond on one machine', () => {
    const found = readings({ path: jittery(0.1, 0.05) });
    expect(quantile(errors(found), 1)).toBeLessThan(0.5);
  });

  it('finds a drift of 100 ppm to within 10 and makes up for it between probes', () => {
    const found = readings({ path: jittery(20, 5), driftPpm: 100 }, 60);
    const late = found.filter(({ at }) => at > 9 * MINUTE);
    const offBy = late.map(({ driftPpm }) => Math.abs(driftPpm - 100));
    expect(quantile(offBy, 0.99)).toBeLessThan(10);
    expect(quantile(errors(late), 0.99)).toBeLessThan(4);
    expect(excess(found)).toBeLessThan(0);
  });

  it('is not misled by spikes of 600 ms', () => {
    const often = (random: () => number): number =>
      20 + 5 * random() + (random() < 0.3 ? 600 * random() : 0);
    const found = readings({ path: { up: often, down: often } });
    // One client of a hundred meets spikes only at first, and slews for minutes.
    expect(quantile(errors(found), 0.95)).toBeLessThan(5);
    expect(excess(found)).toBeLessThan(0);
  });

  it('waits for more exchanges where the first ones disagree, but not for long', () => {
    const allSlow = [90, 250, 400, 580, 130, 310, 470, 520];
    const later = [20, 21, 22, 23, 24, 25, 26, 27];
    const clock = new RemoteClock({ periodMs: 1000 });
    const synced = [...allSlow, ...later].map((up, i) => {
      const t0 = 1000 * i;
      clock.add({ t0, t1: t0 + up, t2: t0 + up, t3: t0 + up + 20 });
      return clock.synced;
    });
    expect(synced.indexOf(true)).toBe(11);
    expect(Math.abs(clock.now(20_000) - 20_000)).toBeLessThan(3);
    const hopeless = new RemoteClock({ periodMs: 1000 });
    const times = [...allSlow, 700, 820, 165, 940, 1100, 1250, 620, 760].map((up, i) => {
      hopeless.add({ t0: 1000 * i, t1: 1000 * i + up, t2: 1000 * i + up, t3: 1000 * i + up + 20 });
      return hopeless.synced;
    });
    expect(times.indexOf(true)).toBe(15);
  });

  it('knows its error on a path of which one way is slower, though it can’t know the offset', () => {
    const path: Path = { up: (random) => 80 + 5 * random(), down: (random) => 5 + 5 * random() };
    const found = readings({ path });
    expect(quantile(errors(found), 0.5)).toBeGreaterThan(30);
    expect(excess(found)).toBeLessThan(0);
  });

  it('allows for a coarse local clock', () => {
    const found = readings({ path: jittery(0.3, 0.2), precisionMs: 1, driftPpm: -50 });
    expect(quantile(errors(found), 0.99)).toBeLessThan(2);
    expect(excess(found)).toBeLessThan(0);
  });

  it('after a sleep is in doubt, then steps to the right time without going back', () => {
    const sleepMs = 3_600_000;
    const found = simulate({
      random: seededRandom(SEED),
      path: jittery(20, 5),
      durationMs: sleepMs + 3 * MINUTE,
      happenings: [{ atMs: MINUTE, sleepMs }],
    });
    const awake = found.filter(({ at }) => at > MINUTE + sleepMs - 1);
    expect(awake[0]).toMatchObject({ synced: false });
    expect(awake.find(({ synced }) => synced)?.at).toBeLessThan(MINUTE + sleepMs + 500);
    const synced = found.filter((reading) => reading.synced);
    expect(Math.max(...errors(synced))).toBeLessThan(25);
    const settled = synced.filter(({ at }) => at > MINUTE + sleepMs + 2000);
    expect(Math.max(...errors(settled))).toBeLessThan(10);
    expect(excess(found.filter(({ at }) => at > 1000))).toBeLessThan(0);
    expect(found.at(-1)?.jumps).toBe(1);
    expectMonotonic(synced);
  });

  it.each([3_600_000, -3_600_000])('does not follow a wall clock set by %d ms', (wallStepMs) => {
    const found = simulate({
      random: seededRandom(SEED),
      path: jittery(20, 5),
      durationMs: 3 * MINUTE,
      happenings: [{ atMs: MINUTE, wallStepMs }],
    });
    const settled = found.filter(({ at }) => at > 2000);
    expect(Math.max(...errors(settled))).toBeLessThan(10);
    expect(found.at(-1)?.jumps).toBe(0);
    expectMonotonic(settled);
  });

  it.each([700, -700])('steps when out by more than half a tick: a server %d ms on', (ms) => {
    const found = simulate({
      random: seededRandom(SEED),
      path: jittery(20, 5),
      durationMs: 3 * MINUTE,
      happenings: [{ atMs: MINUTE, serverStepMs: ms }],
    });
    expect(found.at(-1)?.jumps).toBe(1);
    const settled = found.filter(({ at }) => at > MINUTE + 33_000);
    expect(Math.max(...errors(settled))).toBeLessThan(10);
    expectMonotonic(found.filter(({ synced }) => synced));
  });

  it('stays within its bound and is slewed gently, whatever the path, drift and period', () => {
    const scenarios = fc.record({
      seed: fc.nat(),
      meanMs: fc.double({ min: 0.1, max: 200, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      driftPpm: fc.integer({ min: -100, max: 100 }),
      periodMs: fc.integer({ min: 10, max: 60_000 }),
      framesEveryMs: fc.constantFrom(100, 1000, 5000, Infinity),
      later: fc.record({
        meanMs: fc.double({ min: 0.1, max: 200, noNaN: true }),
        jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    });
    fc.assert(
      fc.property(scenarios, ({ seed, meanMs, jitter, later, ...rest }) => {
        const happening: Happening = {
          atMs: 2 * MINUTE,
          path: jittery(later.meanMs, later.jitter * later.meanMs),
        };
        const found = simulate({
          random: seededRandom(seed),
          path: jittery(meanMs, jitter * meanMs),
          durationMs: 4 * MINUTE,
          happenings: [happening],
          ...rest,
        }).filter(({ synced }) => synced);
        expect(excess(found)).toBeLessThan(0);
        expectMonotonic(found);
        let steppedAt = -Infinity;
        let overLimit = -Infinity; // one expect() a reading would take most of the test's time
        for (const [index, reading] of found.entries()) {
          const last = found[index - 1];
          if (last === undefined) continue;
          if (last.jumps < reading.jumps) steppedAt = reading.at;
          if (reading.at < steppedAt + SETTLE_MS) continue;
          const localMs = reading.local - last.local;
          const drift = Math.max(Math.abs(last.driftPpm), Math.abs(reading.driftPpm)) * 1e-6;
          const slewed = Math.abs(reading.now - last.now - localMs);
          const limit = last.probes < EARLY_PROBES ? EARLY_SLEW : SLEW;
          overLimit = Math.max(overLimit, slewed - ((limit + drift) * localMs + 1e-3));
        }
        expect(overLimit).toBeLessThan(0);
      }),
      { seed: SEED | 0, numRuns: 40, endOnFailure: true },
    );
  });

  it('is in sync after a burst, and says nothing before the first exchange', () => {
    const clock = new RemoteClock({ periodMs: 1000 });
    expect(clock.now(0)).toBeNaN();
    expect(clock.error(0)).toBe(Infinity);
    for (let n = 0; n < EXCHANGES_TO_SYNC; n++) {
      expect(clock.synced).toBe(false);
      clock.add({ t0: n, t1: 1000.5 + n, t2: 1000.5 + n, t3: n + 1 });
      expect(clock.now(n + 1)).toBeCloseTo(1001 + n, 5);
    }
    expect(clock.synced).toBe(true);
  });

  it('ignores exchanges that can’t be', () => {
    const clock = new RemoteClock({ periodMs: 1000 });
    clock.add({ t0: 10, t1: 500, t2: 500, t3: 9 });
    clock.add({ t0: NaN, t1: 500, t2: 500, t3: 9 });
    clock.add({ t0: 10, t1: 500, t2: Infinity, t3: 11 });
    clock.add({ t0: 10, t1: 500, t2: -Infinity, t3: 11 });
    expect(clock.now(10)).toBeNaN();
  });

  it('over another connection keeps its time if that may be right, steps if it can’t', () => {
    const clock = new RemoteClock({ periodMs: 1000 });
    for (let n = 0; n < EXCHANGES_TO_SYNC; n++) {
      clock.add({ t0: n, t1: 1000.5 + n, t2: 1000.5 + n, t3: n + 1 });
    }
    clock.reconnected();
    expect(clock.add({ t0: 100, t1: 1130, t2: 1130, t3: 140 })).toBe(false);
    expect(clock.now(140)).toBeCloseTo(1140, 1);
    expect(clock.error(140)).toBeGreaterThan(29);
    clock.reconnected();
    expect(clock.add({ t0: 200, t1: 1301, t2: 1301, t3: 202 })).toBe(true);
    expect(clock.now(202)).toBeCloseTo(1302, 1);
  });
});
