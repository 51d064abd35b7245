import { delayOf, type Exchange } from './offset.js';
import { ProbeFilter, type Estimate } from './probe-filter.js';
import { SlewedTime } from './slewed-time.js';

/** What a {@link RemoteClock} is for. All in ms. */
export interface RemoteClockOptions {
  /** Length of a tick: out by more than half of one, the clock steps. */
  readonly periodMs: number;
  /** How coarse the local clock is: browsers round it, to 1 ms or less. */
  readonly precisionMs?: number;
}

/** Exchanges it takes to be in sync: one burst of probes. */
export const EXCHANGES_TO_SYNC = 8;

/** A wall clock that gains so much on the monotonic one wasn't slewed: it is set, or was asleep. */
const LEAST_SLEEP_MS = 1000;

/**
 * The server's clock, as a client estimates it from probes. Pure: times are passed in, `local` ones of
 * a clock that doesn't go back, such as `performance.now`; all are ms. A wall clock that is set
 * doesn't matter then.
 *
 * Once in sync, {@link now} never steps back. It is slewed by 0.5 ms per s at most, and steps only
 * when it is out by more than half a tick, or one of the clocks was proved to have jumped: by a machine
 * that slept, or a server that started anew.
 */
export class RemoteClock {
  readonly #stepMs: number;
  readonly #precisionMs: number;
  readonly #filter: ProbeFilter;
  #time: SlewedTime | undefined;
  /** How many more exchanges it takes to be in sync. */
  #missing = EXCHANGES_TO_SYNC;
  /** How many more exchanges may set the time after a jump: the first one alone is rough. */
  #settling = 0;
  /** Whether a jump may have been. */
  #suspect = false;
  #steps = 0;
  /** By how much the local clock may be behind since the machine may have slept, ms. */
  #doubtMs = 0;
  #doubtSince = -Infinity;
  #wallAhead: number | undefined;

  constructor({ periodMs, precisionMs = 0 }: RemoteClockOptions) {
    this.#stepMs = periodMs / 2;
    this.#precisionMs = precisionMs;
    this.#filter = new ProbeFilter(precisionMs);
  }

  /** Whether {@link now} can be relied on to within {@link error}, and to never step back. */
  get synced(): boolean {
    return this.#missing === 0 && this.#doubtMs === 0;
  }

  /** Steps taken since it was first in sync. */
  get steps(): number {
    return this.#steps;
  }

  /** How much faster the server's clock runs than the local one, parts per million. */
  get driftPpm(): number {
    return this.#filter.drift.rate * 1e6;
  }

  /** Server time at `local`; NaN before the first exchange. */
  now(local: number): number {
    return this.#time?.at(local) ?? NaN;
  }

  /**
   * Largest error of {@link now}: half the best round trip, its age, and what isn't slewed yet.
   * It holds also when one way takes longer than the other.
   */
  error(local: number): number {
    return (this.#time?.error(local) ?? Infinity) + this.#doubtMs;
  }

  /** The local time at which it is `server` on the server's clock; NaN before the first exchange. */
  localAt(server: number): number {
    return this.#time?.localAt(server) ?? NaN;
  }

  /**
   * Takes the outcome of a probe. Ignores one that can't be (no number, a negative delay), or that
   * the machine may have slept through: its two halves are of different offsets.
   *
   * Returns true if it shows that a clock has jumped: another burst of probes finds out by how much.
   */
  add(exchange: Exchange): boolean {
    const delay = delayOf(exchange);
    if (!(delay >= -2 * this.#precisionMs && delay < Infinity)) return false;
    if (exchange.t0 < this.#doubtSince) return false;
    const estimate = this.#filter.add(exchange) ?? this.#startOver(exchange);
    const steps = this.#steps;
    if (estimate !== undefined) this.#show(estimate);
    this.#suspect = false;
    this.#doubtMs = 0;
    return this.#steps > steps;
  }

  /** Exchanges from here on are of another connection, maybe with a server that started anew. */
  reconnected(): void {
    this.#filter.forget();
    this.#suspect = true;
  }

  /**
   * Compares the local clock with the wall clock. Returns true if the machine may have slept since
   * the last call (or the wall clock was set): the clock is then in doubt, and says so, until the next
   * exchange; probe at once.
   */
  noticeSleep(local: number, wall: number): boolean {
    const ahead = wall - local;
    const gained = ahead - (this.#wallAhead ?? ahead);
    this.#wallAhead = ahead;
    if (gained < LEAST_SLEEP_MS) return false;
    this.#doubtMs += gained;
    this.#doubtSince = local;
    this.#suspect = true;
    return true;
  }

  #startOver(exchange: Exchange): Estimate | undefined {
    this.#filter.forget();
    this.#suspect = true;
    return this.#filter.add(exchange);
  }

  #show(estimate: Estimate): void {
    if (this.#time === undefined || this.#missing > 0) {
      this.#missing -= 1;
      this.#time = new SlewedTime(estimate);
    } else if (this.#settling > 0) {
      this.#settling -= 1;
      this.#time.step(estimate);
    } else if (this.#mustStep(Math.abs(this.#time.aheadOf(estimate)), estimate.error)) {
      this.#steps += 1;
      this.#settling = EXCHANGES_TO_SYNC;
      this.#time.step(estimate);
    } else {
      this.#time.follow(estimate);
    }
  }

  /** After a jump the time shown stays if it may still be right. */
  #mustStep(outMs: number, errorMs: number): boolean {
    return outMs > this.#stepMs || (this.#suspect && outMs > errorMs);
  }
}
