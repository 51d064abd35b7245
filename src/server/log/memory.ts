import type { Draft, Entry, Log, OnEntry, Seq } from './log.js';

/** How much a {@link MemoryLog} keeps, and where it takes the time from. */
export interface MemoryLogOptions {
  /** Newest messages kept of each room, at least 1. */
  readonly historyPerRoom: number;
  /** Rooms kept; the one that has been silent for longest is forgotten first. */
  readonly maxRooms: number;
  /** Server time, ms. */
  now(): number;
}

/** The newest entries of a room: seq `n` stands in slot `n % historyPerRoom`. */
interface Ring {
  last: Seq;
  lastAt: number;
  readonly slots: Entry[];
}

/** The log of an ad-hoc run: the newest messages of each room, gone with the process. */
export class MemoryLog implements Log {
  readonly #options: MemoryLogOptions;
  readonly #rooms = new Map<string, Ring>();
  #onEntry: OnEntry | undefined;

  constructor(options: MemoryLogOptions) {
    this.#options = options;
  }

  async open(onEntry: OnEntry): Promise<void> {
    this.#onEntry = onEntry;
  }

  async append(draft: Draft): Promise<Entry> {
    const onEntry = this.#opened();
    const ring = this.#rooms.get(draft.room) ?? this.#newRing(draft.room);
    ring.last += 1;
    ring.lastAt = this.#options.now();
    const entry = { room: draft.room, text: draft.text, seq: ring.last, at: ring.lastAt };
    ring.slots[ring.last % this.#options.historyPerRoom] = entry;
    onEntry(entry);
    return entry;
  }

  async read(room: string, after: Seq, limit: number): Promise<Entry[]> {
    this.#opened();
    const ring = this.#rooms.get(room);
    if (ring === undefined) return [];
    const { historyPerRoom } = this.#options;
    return ring.slots
      .slice((ring.last + 1) % historyPerRoom)
      .concat(ring.slots.slice(0, (ring.last + 1) % historyPerRoom))
      .filter((entry) => entry.seq > after)
      .slice(0, limit);
  }

  async close(): Promise<void> {
    this.#onEntry = undefined;
    this.#rooms.clear();
  }

  #opened(): OnEntry {
    if (this.#onEntry === undefined) throw new Error('the log is not open');
    return this.#onEntry;
  }

  #newRing(room: string): Ring {
    if (this.#rooms.size >= this.#options.maxRooms) this.#forgetSilentRoom();
    const ring: Ring = { last: 0, lastAt: 0, slots: [] };
    this.#rooms.set(room, ring);
    return ring;
  }

  #forgetSilentRoom(): void {
    let silent: string | undefined;
    let since = Infinity;
    for (const [room, ring] of this.#rooms) {
      if (ring.lastAt < since) [silent, since] = [room, ring.lastAt];
    }
    if (silent !== undefined) this.#rooms.delete(silent);
  }
}
