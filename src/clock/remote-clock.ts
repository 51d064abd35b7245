import { remembered } from './drift.js';
import { delayOf, type Exchange } from './exchange.js';
import { ProbeFilter, type Estimate } from './probe-filter.js';
import { EARLY_SLEW, SLEW, SlewedTime } from './slewed-time.js';

/** Options of a {@link RemoteClock}, ms. */
export interface RemoteClockOptions {
  /** Period of the ticks: an error over half of it makes the clock step. */
  readonly periodMs: number;
  /** Resolution of the local clock: browsers round it to 1 ms or less. */
  readonly precisionMs?: number;
}

/** Exchanges until the clock is in sync: about a second of them. */
export const EXCHANGES_TO_SYNC = 8;

/** Exchanges until it is in sync even if no few of them agree on either way. */
const MOST_UNCONFIRMED = 16;

/** Time from the sync on in which it is slewed faster, ms. */
const EARLY_MS = 12_000;

/** Time after a jump in which probes are sent whose answers step the time, ms. */
const SETTLING_MS = 1500;

/** Gain of the wall clock over the monotonic one, ms, that means a sleep or a set clock. */
const LEAST_SLEEP_MS = 1000;

/**
 * A client's estimate of the server's clock, from probes. Pure: times are passed in, all in ms;
 * `local` is a monotonic clock such as `performance.now`, so that setting the wall clock is
 * harmless.
 *
 * Once in sync, {@link now} never steps back. It slews by 0.5 ms per s at most, in the first
 * twelve seconds by 2 ms per s. It steps only when it is wrong by more than half a tick, or when a
 * clock is proved to have jumped: after a sleep of the machine or a restart of the server.
 */
export class RemoteClock {
  readonly #stepMs: number;
  readonly #precisionMs: number;
  #filter: ProbeFilter;
  #time: SlewedTime | undefined;
  /** Number of exchanges before it was in sync. */
  #exchanges = 0;
  /** Local time at which it came in sync. */
  #syncedAt: number | undefined;
  /** The answers to probes sent until this local time step the time instead of slewing it. */
  #settlesUntil = -Infinity;
  /** Whether a clock may have jumped. */
  #suspect = false;
  /** Possible lag of the local clock since a possible sleep, ms. */
  #doubtMs = 0;
  #doubtSince = -Infinity;
  #wallAhead: number | undefined;

  constructor({ periodMs, precisionMs = 0 }: RemoteClockOptions) {
    this.#stepMs = periodMs / 2;
    this.#precisionMs = precisionMs;
    this.#filter = new ProbeFilter(precisionMs);
  }

  /** Whether {@link now} is right within {@link error} and never steps back. */
  get synced(): boolean {
    return this.#syncedAt !== undefined && !this.inDoubt;
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
   * Largest error of {@link now}, ms: half the best round trip, its age, and the unslewed rest. It
   * holds also for asymmetric paths.
   */
  error(local: number): number {
    return (this.#time?.error(local) ?? Infinity) + this.#doubtMs;
  }

  /**
   * Adds an exchange. Ignores an impossible one (not a number, a negative delay), and one during
   * which the machine may have slept: its halves have different offsets.
   *
   * Returns true if another burst of probes is needed: a clock has jumped.
   */
  add(exchange: Exchange): boolean {
    const delay = delayOf(exchange);
    const { t0 } = exchange;
    const can = delay >= -2 * this.#precisionMs && delay < Infinity && t0 >= this.#doubtSince;
    if (!can) return false;
    const estimate = this.#filter.add(exchange) ?? this.#startOver(exchange);
    const jumped = estimate !== undefined && this.#show(estimate, t0);
    this.#suspect = false;
    this.#doubtMs = 0;
    return jumped;
  }

  /**
   * A frame has arrived at `local` that the server sent when its time was `time`, or later: a bound
   * on the way back. It improves the estimates of later exchanges.
   */
  hear(time: number, local: number): void {
    if (this.synced) this.#filter.hear(local, time - local);
  }

  /** Later exchanges belong to a new connection, maybe to a restarted server. */
  reconnected(): void {
    this.#filter = new ProbeFilter(this.#precisionMs, remembered(this.#filter.drift));
    this.#suspect = true;
  }

  /**
   * Compares the local clock with the wall clock. Returns true if the machine may have slept, or
   * the wall clock was set, since the last call. The clock is then in doubt until the next
   * exchange: probe at once.
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
    this.reconnected();
    return this.#filter.add(exchange);
  }

  /**
   * Steps or slews to an estimate that an exchange begun at `from` led to. Returns true if another
   * burst of probes is needed.
   */
  #show(estimate: Estimate, from: number): boolean {
    if (this.#time === undefined || this.#syncedAt === undefined) {
      this.#time = new SlewedTime(estimate);
      const least = this.#filter.confirmed ? EXCHANGES_TO_SYNC : MOST_UNCONFIRMED;
      if (++this.#exchanges >= least) this.#syncedAt = estimate.at;
      return false;
    }
    // After a jump the time shown stays if it may still be right.
    const outMs = Math.abs(this.#time.aheadOf(estimate));
    const jumped = outMs > this.#stepMs || (this.#suspect && outMs > estimate.error);
    if (jumped) this.#settlesUntil = estimate.at + SETTLING_MS;
    if (from <= this.#settlesUntil) this.#time.step(estimate);
    else this.#time.follow(estimate, estimate.at < this.#syncedAt + EARLY_MS ? EARLY_SLEW : SLEW);
    return jumped;
  }
}
