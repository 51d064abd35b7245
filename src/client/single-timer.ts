import type { Environment } from './environment.js';

/** Last part of a deadline, ms: in a process that was blocked, what has arrived is read first. */
const LOOK_FIRST_MS = 50;

/** One timer: arming it again replaces what it waited for. */
export class SingleTimer {
  readonly #environment: Pick<Environment, 'setTimer'>;
  #cancel: () => void = () => {};

  constructor(environment: Pick<Environment, 'setTimer'>) {
    this.#environment = environment;
  }

  /** Calls `wake` after `delayMs`. */
  arm(wake: () => void, delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#environment.setTimer(wake, delayMs);
  }

  /** Calls `end` after `delayMs`, unless what has arrived by then cancels or arms the timer. */
  armDeadline(end: () => void, delayMs: number): void {
    this.arm(() => this.arm(end, LOOK_FIRST_MS), delayMs - LOOK_FIRST_MS);
  }

  cancel(): void {
    this.#cancel();
  }
}
