import type {
  Appended,
  Draft,
  Entry,
  MessageLog,
  LogState,
  OnEntry,
  Position,
  Seq,
} from './log.js';
import type { SavedTimeline } from '../../clock/saved-timeline.js';

/** A log that measures how long the appends of another log take. */
export class MeasuredLog implements MessageLog {
  readonly #log: MessageLog;
  readonly #onAppended: (durationMs: number) => void;

  /** @param onAppended called with the duration of each successful append, ms */
  constructor(log: MessageLog, onAppended: (durationMs: number) => void) {
    this.#log = log;
    this.#onAppended = onAppended;
  }

  get congested(): boolean {
    return this.#log.congested;
  }

  relieved(): Promise<void> {
    return this.#log.relieved();
  }

  append(draft: Draft): Appended | Promise<Appended> {
    const began = performance.now();
    const measured = (appended: Appended): Appended => {
      this.#onAppended(performance.now() - began);
      return appended;
    };
    const appended = this.#log.append(draft);
    return appended instanceof Promise ? appended.then(measured) : measured(appended);
  }

  open(onEntry: OnEntry): Promise<LogState> {
    return this.#log.open(onEntry);
  }

  head(room: string): Promise<Seq> {
    return this.#log.head(room);
  }

  holds(room: string, position: Position): Promise<boolean> {
    return this.#log.holds(room, position);
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

  abandon(): void {
    this.#log.abandon();
  }
}
