import type { Environment } from './environment.js';

/** What a watchdog does about a connection. */
export interface WatchdogActions {
  /** Sends something that is answered. */
  probe(): void;
  /** The connection is dead. */
  dead(): void;
}

/** Ticks that may be missing. */
const MISSED_TICKS = 3;
/** Even the fastest tick may stay out this long: a network pauses. */
const MIN_SILENCE_MS = 3000;
/** Where ticks are far apart, silence for longer is looked into. */
const MAX_SILENCE_MS = 15_000;
/** The answer to a probe is here by then, or there is nobody. */
const ANSWER_WITHIN_MS = 3000;

/**
 * Finds out that a connection is dead, which TCP may take a quarter of an hour to notice. When
 * nothing has been heard for three ticks it asks; no answer means dead. Asking first keeps a page
 * that was held up itself from cutting a good connection. A hidden page cuts nothing.
 */
export class Watchdog {
  readonly #environment: Environment;
  readonly #actions: WatchdogActions;
  #silenceMs: number | undefined;
  #heardAt = 0;
  #asked = false;
  #cancelTimer: () => void = () => {};

  constructor(environment: Environment, actions: WatchdogActions) {
    this.#environment = environment;
    this.#actions = actions;
  }

  /** Watches a new connection with ticks every `periodMs`. */
  start(periodMs: number): void {
    this.#silenceMs = Math.min(Math.max(MISSED_TICKS * periodMs, MIN_SILENCE_MS), MAX_SILENCE_MS);
    this.heard();
    this.#arm(this.#silenceMs);
  }

  /** Something has arrived. */
  heard(): void {
    this.#heardAt = this.#environment.now();
    this.#asked = false;
  }

  /** The network or the reader may be back: asks at once. */
  check(): void {
    if (this.#silenceMs !== undefined) this.#ask();
  }

  /** The connection is gone. */
  stop(): void {
    this.#silenceMs = undefined;
    this.#cancelTimer();
  }

  /** One timer that looks when it was last heard: arming one for every frame would cost more. */
  #look(): void {
    if (this.#silenceMs === undefined) return;
    const leftMs = this.#heardAt + this.#silenceMs - this.#environment.now();
    if (this.#asked) this.#actions.dead();
    else if (leftMs > 0) this.#arm(leftMs);
    else if (this.#environment.visible()) this.#ask();
    else this.#arm(this.#silenceMs);
  }

  #ask(): void {
    this.#asked = true;
    this.#actions.probe();
    this.#arm(ANSWER_WITHIN_MS);
  }

  #arm(delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#environment.setTimer(() => this.#look(), delayMs);
  }
}
