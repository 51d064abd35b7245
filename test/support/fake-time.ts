/** Time that stands still until told to move on; timers fire in order on the way. */
export class FakeTime {
  #now: number;
  #timers: Array<{ at: number; wake: () => void }> = [];

  constructor(now = 0) {
    this.#now = now;
  }

  now = (): number => this.#now;

  adjust = (): void => {};

  setTimer = (wake: () => void, delayMs: number): (() => void) => {
    const timer = { at: this.#now + delayMs, wake };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** How many timers are armed. */
  get armed(): number {
    return this.#timers.length;
  }

  /** Moves on, firing what is due at its own time, or `lateMs` after it. */
  advance(ms: number, lateMs = 0): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined || due.at + lateMs > end) break;
      this.#now = Math.max(this.#now, due.at + lateMs);
      this.#timers = this.#timers.filter((other) => other !== due);
      due.wake();
    }
    this.#now = end;
  }

  /** Jumps without firing anything: the process was blocked. */
  jump(ms: number): void {
    this.#now += ms;
  }
}
