import { uptime } from 'node:os';

/** Where a {@link ServerClock} reads time. All in ms. */
export interface TimeSources {
  /** Wall clock, ms since 1970. Read once. */
  wall(): number;
  /** Never goes back; may stand still while the machine sleeps (CLOCK_MONOTONIC). */
  monotonic(): number;
  /** Time since boot, sleep included (CLOCK_BOOTTIME), to some 10 ms. */
  sinceBoot(): number;
}

/** The sources of this process. */
export const systemTime: TimeSources = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  sinceBoot: () => uptime() * 1000,
};

/** A gap between the two boot clocks under this is their resolution, not sleep. */
const LEAST_SLEEP_MS = 2000;

/**
 * Server time: the wall clock as it was at start, carried on by the monotonic clock. A wall clock
 * that is set back or forth later changes nothing; {@link noticeSleep} adds the time slept.
 */
export class ServerClock {
  readonly #sources: TimeSources;
  #anchor: number;
  #awake: number;

  constructor(sources: TimeSources = systemTime) {
    this.#sources = sources;
    this.#anchor = sources.wall() - sources.monotonic();
    this.#awake = this.#sinceBootAhead();
  }

  /** Server time now, ms since 1970 with fractions. Never less than it was. */
  now(): number {
    return this.#anchor + this.#sources.monotonic();
  }

  /**
   * Jumps forward by what the machine slept since the last call, if it did: the monotonic clock
   * stood still meanwhile on Linux (clock_gettime(2)).
   */
  noticeSleep(): void {
    const ahead = this.#sinceBootAhead();
    const sleptMs = ahead - this.#awake;
    if (sleptMs < LEAST_SLEEP_MS) return;
    this.#anchor += sleptMs;
    this.#awake = ahead;
  }

  #sinceBootAhead(): number {
    return this.#sources.sinceBoot() - this.#sources.monotonic();
  }
}
