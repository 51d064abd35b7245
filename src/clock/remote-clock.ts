import { boundsOf, ProbeFilter, type Bounds, type Estimate, type Exchange } from './offset.js';
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
    return this.#missing === 0 && !this.inDoubt;
  }

  /** Whether the machine may have slept since the last exchange. */
  get inDoubt(): boolean {
    return this.#doubtMs > 0;
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

  /**
   * Takes the outcome of a probe. Ignores one that can't be (no number, a negative delay), or that
   * the machine may have slept through: its two halves are of different offsets.
   *
   * Returns true if it shows that a clock has jumped: another burst of probes finds out by how much.
   */
  add(exchange: Exchange): boolean {
    const bounds = boundsOf(exchange);
    const { delay, from } = bounds;
    const can = delay >= -2 * this.#precisionMs && delay < Infinity && from >= this.#doubtSince;
    if (!can) return false;
    const estimate = this.#filter.add(bounds) ?? this.#startOver(bounds);
    const jumped = estimate !== undefined && this.#show(estimate);
    this.#suspect = false;
    this.#doubtMs = 0;
    return jumped;
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

  #startOver(bounds: Bounds): Estimate | undefined {
    this.reconnected();
    return this.#filter.add(bounds);
  }

  /** Shows an estimate at once or little by little. Returns true if it shows that a clock has jumped. */
  #show(estimate: Estimate): boolean {
    if (this.#time === undefined || this.#missing > 0) {
      this.#missing -= 1;
      this.#time = new SlewedTime(estimate);
      return false;
    }
    // After a jump the time shown stays if it may still be right.
    const outMs = Math.abs(this.#time.aheadOf(estimate));
    const jumped = outMs > this.#stepMs || (this.#suspect && outMs > estimate.error);
    this.#settling = jumped ? EXCHANGES_TO_SYNC : this.#settling - 1;
    if (this.#settling >= 0) this.#time.step(estimate);
    else this.#time.follow(estimate);
    return jumped;
  }
}
