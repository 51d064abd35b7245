import type { Logger } from 'pino';

/** Lines written of one kind in each window; further events are only counted. */
const LINES_PER_WINDOW = 5;
/** Length of a window, ms. */
const WINDOW_MS = 10_000;

/** Fields of a line: addresses, reasons and causes, never the text of a message. */
type Fields = Readonly<Record<string, string | number>>;

type Level = 'info' | 'error';

interface Sample {
  readonly level: Level;
  count: number;
}

/**
 * A log of events that may come very often, such as refusals that a hostile client causes. In each
 * window the first few events of a kind get a line each; one more line counts the others.
 */
export class SampledLogger {
  readonly #logger: Pick<Logger, Level>;
  readonly #samples = new Map<string, Sample>();
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Pick<Logger, Level>) {
    this.#logger = logger;
  }

  /** @param kind a text out of a fixed set, such as `refused: origin` or `closed: 4008` */
  info(kind: string, fields: Fields): void {
    this.#log('info', kind, fields);
  }

  /** Like {@link info}, for failures. */
  error(kind: string, fields: Fields): void {
    this.#log('error', kind, fields);
  }

  /** Ends the window: writes how many events of each kind got no line. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [kind, { level, count }] of this.#samples) {
      const more = count - LINES_PER_WINDOW;
      if (more > 0) this.#logger[level]({ more }, `${kind}, and ${more} more`);
    }
    this.#samples.clear();
  }

  #log(level: Level, kind: string, fields: Fields): void {
    const sample = this.#samples.get(kind) ?? { level, count: 0 };
    sample.count += 1;
    this.#samples.set(kind, sample);
    if (sample.count <= LINES_PER_WINDOW) this.#logger[level](fields, kind);
    this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
  }
}
