import { tickAt, type Timeline } from '../../clock/timeline.js';
import { DEFAULT_ROOM } from '../../protocol/room-name.js';
import type { Log } from '../log/log.js';

/** What a {@link Health} looks at. */
export interface Vitals {
  readonly timeline: Timeline;
  /** Number of the newest tick emitted. */
  readonly newestTick: () => number;
  /** Server time, ms. */
  readonly now: () => number;
  readonly log: Pick<Log, 'read'>;
}

/** A tick that is this late, ms, isn't coming; the ticker looks at the clock at least as often. */
const TICK_GRACE_MS = 2000;

/** A log that takes longer, ms, to read one message isn't answering. */
const LOG_TIMEOUT_MS = 5000;

/** Whether the server does what it is there for: ticks are on time, and the log answers. */
export class Health {
  readonly #vitals: Vitals;

  constructor(vitals: Vitals) {
    this.#vitals = vitals;
  }

  /** One line that says what is wrong; undefined if all is well. Never rejects. */
  async fault(): Promise<string | undefined> {
    const { timeline, now, newestTick, log } = this.#vitals;
    const due = tickAt(timeline, now() - TICK_GRACE_MS);
    if (newestTick() < due) return `tick ${due} is late: the newest is ${newestTick()}`;
    const timeout = new AbortController();
    try {
      return await Promise.race([readOne(log), silence(timeout.signal)]);
    } finally {
      timeout.abort();
    }
  }
}

async function readOne(log: Vitals['log']): Promise<string | undefined> {
  try {
    await log.read(DEFAULT_ROOM, 0, 1);
    return undefined;
  } catch (error) {
    return `the log can't be read: ${(error as Error).message}`;
  }
}

function silence(over: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve(`the log has not answered for ${LOG_TIMEOUT_MS} ms`),
      LOG_TIMEOUT_MS,
    );
    over.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
