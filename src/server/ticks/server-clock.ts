import { uptime } from 'node:os';
import { slewed } from '../../clock/slewed-time.js';

/** Clocks that a {@link ServerClock} reads, ms. */
export interface TimeSources {
  /** Wall clock, ms since 1970. May be set at any time. */
  wall(): number;
  /** Never goes back; may stand still while the machine sleeps (CLOCK_MONOTONIC). */
  monotonic(): number;
  /** Time since boot, sleep included (CLOCK_BOOTTIME), with a resolution of about 10 ms. */
  sinceBoot(): number;
}

/** The clocks of this process. */
export const systemTime: TimeSources = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  sinceBoot: () => uptime() * 1000,
};

/** Shortest sleep that is noticed, ms: a smaller difference of the clocks is their resolution. */
const LEAST_SLEEP_MS = 2000;

/** Smallest correction of the wall clock that is followed, ms: smaller ones are readings. */
const LEAST_CORRECTION_MS = 50;

/** Time that a correction must stand before it is followed, ms: a slip is undone sooner. */
const CONFIRM_MS = 60_000;

/** Smallest correction forward that is a step, ms; smaller ones, and all back, are slewed. */
const LEAST_STEP_MS = 2000;

/**
 * Rate of slewing, ms per ms: less than the drift that clients allow for between two probes (PHI of
 * RFC 5905 §7.1, 15 ppm), so that the errors that they state stay true.
 */
const SLEW = 10e-6;

/** A difference between the wall clock and server time, since when it was seen, ms. */
interface Correction {
  readonly ms: number;
  readonly since: number;
}

/**
 * Server time: the wall clock at start, continued by the monotonic clock. A wall clock that is
 * corrected later, as on a machine that starts without the time, is followed a minute after:
 * forward by a step, back, or by less than 2 s, by slewing. Never goes back.
 */
export class ServerClock {
  readonly #sources: TimeSources;
  readonly #onCorrected: (ms: number) => void;
  #anchor: number;
  #bootOffset: number;
  /** Lead over the corrected time that is slewed away from `since` (monotonic clock) on. */
  #lead = { ms: 0, since: 0 };
  #correction: Correction | undefined;

  /** @param onCorrected called with a correction, ms, when server time begins to follow it */
  constructor(sources: TimeSources = systemTime, onCorrected: (ms: number) => void = () => {}) {
    this.#sources = sources;
    this.#onCorrected = onCorrected;
    this.#anchor = sources.wall() - sources.monotonic();
    this.#bootOffset = this.#sinceBootAhead();
  }

  /** Server time now, ms since 1970 with fractions. Never goes back. */
  now(): number {
    return this.#at(this.#sources.monotonic());
  }

  /** To be called every second: jumps over a sleep, and follows a corrected wall clock. */
  adjust(): void {
    this.#noticeSleep();
    this.#followWall();
  }

  #at(monotonic: number): number {
    const { ms, since } = this.#lead;
    return this.#anchor + monotonic + (ms === 0 ? 0 : slewed(ms, monotonic - since, SLEW));
  }

  /**
   * Jumps forward by the time that the machine slept since the last call: the monotonic clock of
   * Linux stands still then (clock_gettime(2)).
   */
  #noticeSleep(): void {
    const ahead = this.#sinceBootAhead();
    const sleptMs = ahead - this.#bootOffset;
    if (sleptMs < LEAST_SLEEP_MS) return;
    this.#anchor += sleptMs;
    this.#bootOffset = ahead;
  }

  #followWall(): void {
    const monotonic = this.#sources.monotonic();
    const ms = this.#sources.wall() - monotonic - this.#anchor;
    if (Math.abs(ms) < LEAST_CORRECTION_MS) {
      this.#correction = undefined;
      return;
    }
    const seen = this.#correction;
    if (seen === undefined || Math.abs(ms - seen.ms) >= LEAST_CORRECTION_MS) {
      this.#correction = { ms, since: monotonic };
    } else if (monotonic - seen.since >= CONFIRM_MS) {
      this.#correction = undefined;
      this.#correct(ms, monotonic);
    }
  }

  #correct(ms: number, monotonic: number): void {
    const lead = this.#at(monotonic) - this.#anchor - monotonic;
    this.#anchor += ms;
    this.#lead = { ms: ms >= LEAST_STEP_MS ? lead : lead - ms, since: monotonic };
    this.#onCorrected(ms);
  }

  #sinceBootAhead(): number {
    return this.#sources.sinceBoot() - this.#sources.monotonic();
  }
}
