import type { Appended, Draft, Entry, Log, LogState, OnEntry, Seq } from '../log/log.js';
import type { SavedTimeline } from '../../clock/saved-timeline.js';

/** A log whose appends are timed; it is the log in it in all else. */
export class MeasuredLog implements Log {
  readonly #log: Log;
  readonly #onAppended: (durationMs: number) => void;

  /** @param onAppended is told how long each append took that didn't fail, ms */
  constructor(log: Log, onAppended: (durationMs: number) => void) {
    this.#log = log;
    this.#onAppended = onAppended;
  }

  async append(draft: Draft): Promise<Appended> {
    const began = performance.now();
    const appended = await this.#log.append(draft);
    this.#onAppended(performance.now() - began);
    return appended;
  }

  open(onEntry: OnEntry): Promise<LogState> {
    return this.#log.open(onEntry);
  }

  head(room: string): Promise<Seq> {
    return this.#log.head(room);
  }

  read(room: string, after: Seq, limit: number): Promise<Entry[]> {
    return this.#log.read(room, after, limit);
  }

  saveTimeline(timeline: SavedTimeline): Promise<void> {
    return this.#log.saveTimeline(timeline);
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
