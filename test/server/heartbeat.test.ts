import { describe, expect, it } from '@jest/globals';
import { Heartbeat, newBeat } from '../../src/server/heartbeat.js';

/** Sweeps come once a second, so that the number of the sweep is the time in seconds. */
function watched(heartbeat: Heartbeat, answers: (second: number) => boolean) {
  const pulse = {
    beat: newBeat(),
    pings: [] as number[],
    cutAt: undefined as number | undefined,
    second: 0,
    heard: () => answers(pulse.second),
    ping: () => {
      pulse.pings.push(pulse.second);
    },
    terminate: () => {
      pulse.cutAt = pulse.second;
      heartbeat.remove(pulse);
    },
  };
  heartbeat.add(pulse);
  return pulse;
}

function sweep(heartbeat: Heartbeat, seconds: number, pulses: Array<{ second: number }>): void {
  for (let second = 1; second <= seconds; second++) {
    for (const pulse of pulses) pulse.second = second;
    heartbeat.sweep();
  }
}

describe('heartbeat', () => {
  it('pings a connection every 25 s', () => {
    const heartbeat = new Heartbeat();
    const pulse = watched(heartbeat, () => true);
    sweep(heartbeat, 100, [pulse]);
    expect(pulse.pings).toEqual([1, 26, 51, 76]);
    expect(pulse.cutAt).toBeUndefined();
  });

  it('spreads the pings of many connections evenly', () => {
    const heartbeat = new Heartbeat();
    const pulses = Array.from({ length: 1000 }, () => watched(heartbeat, () => true));
    sweep(heartbeat, 25, pulses);
    for (let second = 1; second <= 25; second++) {
      expect(pulses.filter((pulse) => pulse.pings.includes(second))).toHaveLength(40);
    }
  });

  it('cuts a connection that has been silent for 60 s, within a visit', () => {
    const heartbeat = new Heartbeat();
    const pulse = watched(heartbeat, (second) => second <= 100);
    sweep(heartbeat, 300, [pulse]);
    expect(pulse.cutAt).toBeGreaterThanOrEqual(155);
    expect(pulse.cutAt).toBeLessThanOrEqual(165);
  });

  it('leaves one that answers now and then', () => {
    const heartbeat = new Heartbeat();
    const pulse = watched(heartbeat, (second) => second % 50 < 5);
    sweep(heartbeat, 1000, [pulse]);
    expect(pulse.cutAt).toBeUndefined();
  });

  it('forgets a connection that left', () => {
    const heartbeat = new Heartbeat();
    const pulse = watched(heartbeat, () => false);
    heartbeat.remove(pulse);
    sweep(heartbeat, 300, [pulse]);
    expect(pulse.pings).toEqual([]);
    expect(pulse.cutAt).toBeUndefined();
  });
});
