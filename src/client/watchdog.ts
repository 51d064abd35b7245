import { SPARSE_TICK_MS, type Ticks } from '../protocol/v1.js';
import type { Environment } from './environment.js';
import { SingleTimer } from './single-timer.js';

/** Actions of a watchdog. */
export interface WatchdogActions {
  /** Sends a frame that the server answers. */
  probe(): void;
  /** The connection is dead. */
  dead(): void;
}

/** Missing ticks after which it probes, where the server sends all. */
const MISSED_TICKS = 3;
/** How late a sparse tick may be before it probes, ms. */
const SPARSE_LATE_MS = 1000;
/** Shortest silence before it probes, ms: networks pause. */
const MIN_SILENCE_MS = 3000;
/** Longest silence before it probes, ms, where ticks are far apart. */
const MAX_SILENCE_MS = 15_000;
/** Silence before a hidden page probes, ms: its network may rest, and its timers are throttled. */
const HIDDEN_SILENCE_MS = 60_000;
/** Time within which a probe must be answered, ms. */
const ANSWER_WITHIN_MS = 3000;

/**
 * Finds dead connections, which TCP may take a quarter of an hour to notice. After three ticks of
 * silence it probes, with sparse ticks after 6 s, on a hidden page after a minute; no answer means
 * dead. Any frame ends a silence. The probe keeps a page that was blocked itself from ending a good
 * connection.
 */
export class Watchdog {
  readonly #environment: Environment;
  readonly #actions: WatchdogActions;
  readonly #timer: SingleTimer;
  #silenceMs: number | undefined;
  #heardAt = 0;
  #asked = false;

  constructor(environment: Environment, actions: WatchdogActions) {
    this.#environment = environment;
    this.#actions = actions;
    this.#timer = new SingleTimer(environment);
  }

  /** Starts to watch a connection with a tick every `periodMs`, of which `ticks` are sent. */
  start(periodMs: number, ticks: Ticks): void {
    const silenceMs =
      ticks === 'all'
        ? Math.max(MISSED_TICKS * periodMs, MIN_SILENCE_MS)
        : Math.max(periodMs, SPARSE_TICK_MS) + SPARSE_LATE_MS;
    this.#silenceMs = Math.min(silenceMs, MAX_SILENCE_MS);
    this.heard();
    this.#timer.arm(() => this.#look(), this.#silenceMs);
  }

  /** A frame has arrived. */
  heard(): void {
    this.#heardAt = this.#environment.now();
    this.#asked = false;
  }

  /** The network or the user may be back: probes at once. */
  check(): void {
    if (this.#silenceMs !== undefined) this.#ask();
  }

  /** The connection is closed. */
  stop(): void {
    this.#silenceMs = undefined;
    this.#timer.cancel();
  }

  /** Checks the time of the last frame: setting a timer for each frame would cost more. */
  #look(): void {
    if (this.#silenceMs === undefined) return;
    const hidden = this.#environment.visible() ? 0 : HIDDEN_SILENCE_MS;
    const allowedMs = Math.max(this.#silenceMs, hidden);
    const leftMs = this.#heardAt + allowedMs - this.#environment.now();
    if (leftMs > 0) this.#timer.arm(() => this.#look(), leftMs);
    else this.#ask();
  }

  #judge(): void {
    if (this.#asked) this.#actions.dead();
    else this.#look();
  }

  #ask(): void {
    this.#asked = true;
    this.#actions.probe();
    this.#timer.armDeadline(() => this.#judge(), ANSWER_WITHIN_MS);
  }
}
