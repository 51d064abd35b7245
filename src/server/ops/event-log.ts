import type { Logger } from 'pino';

/** So many of a kind are told in each window; the rest are counted. */
const TOLD_EACH = 5;
/** How long a window is, ms. */
const WINDOW_MS = 10_000;

/** What is told of an event: addresses and reasons, never what somebody said. */
type Fields = Readonly<Record<string, string | number>>;

/**
 * Tells of events that a hostile client can bring about as often as it likes: the first few of a
 * kind in ten seconds a line each, then one line for all the others.
 */
export class EventLog {
  readonly #logger: Pick<Logger, 'info'>;
  readonly #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Pick<Logger, 'info'>) {
    this.#logger = logger;
  }

  /** @param kind `refused: origin`, `closed: 4008`: one of few */
  tell(kind: string, fields: Fields): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= TOLD_EACH) this.#logger.info(fields, kind);
    this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
  }

  /** Ends the window now: tells how many there were that weren't told. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [kind, count] of this.#counts) {
      const more = count - TOLD_EACH;
      if (more > 0) this.#logger.info({ more }, `${kind}, and ${more} more`);
    }
    this.#counts.clear();
  }
}
