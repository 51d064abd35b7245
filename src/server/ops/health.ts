import { tickAt, type Timeline } from '../../clock/timeline.js';
import { DEFAULT_ROOM } from '../../protocol/room-name.js';
import type { MessageLog } from '../log/log.js';

/** Sources of a {@link Health}. */
export interface Vitals {
  readonly timeline: Timeline;
  /** Number of the newest tick emitted. */
  readonly newestTick: () => number;
  /** Server time, ms. */
  readonly now: () => number;
  readonly log: Pick<MessageLog, 'read'>;
}

/** Lateness at which a tick counts as missing, ms; longer than any wait of the ticker. */
const TICK_GRACE_MS = 2000;

/** Time limit for reading one message from the log, ms. */
const LOG_TIMEOUT_MS = 5000;

/** Checks that the server works: ticks are on time, and the log answers. */
export class Health {
  readonly #vitals: Vitals;

  constructor(vitals: Vitals) {
    this.#vitals = vitals;
  }

  /** One line that names the fault; undefined if there is none. Never rejects. */
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
