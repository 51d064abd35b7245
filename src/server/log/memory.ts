import { randomUUID } from 'node:crypto';
import type { Appended, Draft, Entry, Log, LogState, OnEntry, Seq } from './log.js';

/** How much a {@link MemoryLog} keeps, and where it takes the time from. */
export interface MemoryLogOptions {
  /** Newest messages kept of each room, at least 1. */
  readonly historyPerRoom: number;
  /** Bytes of all messages together; over it the room that takes most loses its older half. */
  readonly maxBytes?: number;
  /** Rooms known; the one that has been silent for longest is forgotten first. */
  readonly maxRooms?: number;
  /** Server time, ms. */
  now(): number;
}

/** So many rooms cost some 20 MB when each has but its number. */
const MAX_ROOMS = 100_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** What an entry takes beside its text and its author's name, about, in bytes. */
const ENTRY_BYTES = 300;

/** The newest entries of a room: seq `n` stands in slot `n % historyPerRoom`. */
interface Ring {
  /** Oldest seq that is kept; over `last` if none is. */
  first: Seq;
  last: Seq;
  lastAt: number;
  readonly slots: Entry[];
  readonly byId: Map<string, Entry>;
}

/** The log of an ad-hoc run: the newest messages of each room, gone with the process. */
export class MemoryLog implements Log {
  readonly #historyPerRoom: number;
  readonly #maxBytes: number;
  readonly #maxRooms: number;
  readonly #now: () => number;
  readonly #rooms = new Map<string, Ring>();
  /** Highest seq of any forgotten room: a room goes on above it, so that no seq ever comes twice. */
  #forgotten: Seq = 0;
  #onEntry: OnEntry | undefined;

  constructor(options: MemoryLogOptions) {
    this.#historyPerRoom = options.historyPerRoom;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
    this.#maxRooms = options.maxRooms ?? MAX_ROOMS;
    this.#now = () => options.now();
  }

  async open(onEntry: OnEntry): Promise<LogState> {
    this.#onEntry = onEntry;
    return { epoch: randomUUID(), timeline: undefined };
  }

  async append(draft: Draft): Promise<Appended> {
    const onEntry = this.#opened();
    const ring = this.#rooms.get(draft.room) ?? this.#newRing(draft.room);
    const known = draft.id === '' ? undefined : ring.byId.get(identityOf(draft));
    if (known !== undefined) return { entry: known, duplicate: true };
    const entry = this.#push(ring, draft);
    onEntry(entry);
    return { entry, duplicate: false };
  }

  async head(room: string): Promise<Seq> {
    this.#opened();
    return this.#rooms.get(room)?.last ?? this.#forgotten;
  }

  async read(room: string, after: Seq, limit: number): Promise<Entry[]> {
    this.#opened();
    const ring = this.#rooms.get(room);
    if (ring === undefined) return [];
    const oldestSlot = (ring.last + 1) % this.#options.historyPerRoom;
    const inOrder = [...ring.slots.slice(oldestSlot), ...ring.slots.slice(0, oldestSlot)];
    return inOrder.filter((entry) => entry !== undefined && entry.seq > after).slice(0, limit);
  }

  /** Nothing of this log outlives the process. */
  async saveTimeline(): Promise<void> {
    this.#opened();
  }

  async close(): Promise<void> {
    this.#onEntry = undefined;
    this.#rooms.clear();
  }

  #opened(): OnEntry {
    if (this.#onEntry === undefined) throw new Error('the log is not open');
    return this.#onEntry;
  }

  #push(ring: Ring, { room, from, text, id }: Draft): Entry {
    const seq = ring.last + 1;
    const at = Math.floor(this.#options.now());
    const entry: Entry = { room, from, text, id, seq, at };
    const slot = seq % this.#options.historyPerRoom;
    const evicted = ring.slots[slot];
    if (evicted !== undefined) ring.byId.delete(identityOf(evicted));
    ring.slots[slot] = entry;
    if (id !== '') ring.byId.set(identityOf(entry), entry);
    ring.last = seq;
    ring.lastAt = at;
    return entry;
  }

  #newRing(room: string): Ring {
    if (this.#rooms.size >= this.#options.maxRooms) this.#forgetSilentRoom();
    const ring: Ring = { last: this.#forgotten, lastAt: 0, slots: [], byId: new Map() };
    this.#rooms.set(room, ring);
    return ring;
  }

  #forgetSilentRoom(): void {
    let silent: [string, Ring] | undefined;
    for (const candidate of this.#rooms) {
      if (silent === undefined || candidate[1].lastAt < silent[1].lastAt) silent = candidate;
    }
    if (silent === undefined) return;
    this.#forgotten = Math.max(this.#forgotten, silent[1].last);
    this.#rooms.delete(silent[0]);
  }
}

/** What makes two drafts of a room the same message. */
function identityOf({ from, id }: Draft): string {
  return `${from.id} ${id}`;
}
