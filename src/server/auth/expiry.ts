import { CLOSE, type CloseCode } from '../../protocol/close-code.js';

/** A connection that ends with its token. */
export interface Expiring {
  /** Called with {@link EXPIRED}. */
  close(why: CloseCode): void;
}

/** Close code of a client whose token has expired. */
export const EXPIRED: CloseCode = { ...CLOSE.notAllowed, reason: 'the token has expired' };

/** Time between two looks at all tokens, ms. */
const SWEEP_EVERY_MS = 1000;

/** Closes connections within a second after their token has expired. One timer serves all. */
export class Expiries {
  readonly #until = new Map<Expiring, number>();
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  /** @param now the wall clock, ms since 1970: other machines issue the tokens */
  constructor(now: () => number) {
    this.#now = now;
  }

  start(): void {
    this.#timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Closes `expiring` at `until`, ms since 1970, unless it is deleted before. */
  add(expiring: Expiring, until: number): void {
    this.#until.set(expiring, until);
  }

  delete(expiring: Expiring): void {
    this.#until.delete(expiring);
  }

  /** Closes the connections whose token has expired. */
  sweep(): void {
    const now = this.#now();
    for (const [expiring, until] of this.#until) {
      if (until > now) continue;
      this.#until.delete(expiring);
      expiring.close(EXPIRED);
    }
  }
}
