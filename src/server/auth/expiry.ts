import { CLOSE, type CloseCode } from '../../protocol/close-code.js';

/** What ends with a token. */
export interface Expiring {
  /** Takes what {@link EXPIRED} is. */
  close(why: CloseCode): void;
}

/** How a client is closed whose token has ended. */
export const EXPIRED: CloseCode = { ...CLOSE.notAllowed, reason: 'the token has expired' };

const SWEEP_EVERY_MS = 1000;

/** Closes who is connected when their token ends, within a second. One timer serves all. */
export class Expiries {
  readonly #until = new Map<Expiring, number>();
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  /** @param now the wall clock, ms since 1970: tokens are made by other machines */
  constructor(now: () => number) {
    this.#now = now;
  }

  start(): void {
    this.#timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Ends `expiring` at `until`, ms since 1970, unless it is deleted before that. */
  add(expiring: Expiring, until: number): void {
    this.#until.set(expiring, until);
  }

  delete(expiring: Expiring): void {
    this.#until.delete(expiring);
  }

  /** Closes everybody whose time is up. */
  sweep(): void {
    const now = this.#now();
    for (const [expiring, until] of this.#until) {
      if (until > now) continue;
      this.#until.delete(expiring);
      expiring.close(EXPIRED);
    }
  }
}
