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
  bytes: number;
  readonly slots: Array<Entry | undefined>;
  readonly byId: Map<string, Entry>;
}

/** The log of an ad-hoc run: the newest messages of each room, gone with the process. */
export class MemoryLog implements Log {
  readonly #historyPerRoom: number;
  readonly #maxBytes: number;
  readonly #maxRooms: number;
  readonly #now: () => number;
  readonly #rooms = new Map<string, Ring>();
  #bytes = 0;
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
    if (this.#bytes > this.#maxBytes) this.#halveLargestRoom();
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
    const from = Math.max(after + 1, ring.first);
    const entries: Entry[] = [];
    for (let seq = from; seq <= ring.last && entries.length < limit; seq++) {
      const entry = ring.slots[seq % this.#historyPerRoom];
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
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
    if (ring.last - ring.first + 1 >= this.#historyPerRoom) this.#dropOldest(ring);
    const seq = ring.last + 1;
    const at = Math.floor(this.#now());
    const entry: Entry = { room, from, text, id, seq, at };
    ring.slots[seq % this.#historyPerRoom] = entry;
    if (id !== '') ring.byId.set(identityOf(entry), entry);
    ring.last = seq;
    ring.lastAt = at;
    this.#count(ring, bytesOf(entry));
    return entry;
  }

  #dropOldest(ring: Ring): void {
    const slot = ring.first % this.#historyPerRoom;
    const entry = ring.slots[slot];
    ring.slots[slot] = undefined;
    ring.first += 1;
    if (entry === undefined) return;
    if (entry.id !== '') ring.byId.delete(identityOf(entry));
    this.#count(ring, -bytesOf(entry));
  }

  #count(ring: Ring, bytes: number): void {
    ring.bytes += bytes;
    this.#bytes += bytes;
  }

  #halveLargestRoom(): void {
    let largest: Ring | undefined;
    for (const ring of this.#rooms.values()) {
      if (largest === undefined || ring.bytes > largest.bytes) largest = ring;
    }
    if (largest === undefined) return;
    const keep = largest.bytes / 2;
    while (largest.bytes > keep && largest.first < largest.last) this.#dropOldest(largest);
  }

  #newRing(room: string): Ring {
    if (this.#rooms.size >= this.#maxRooms) this.#forgetSilentRoom();
    const last = this.#forgotten;
    const ring = { first: last + 1, last, lastAt: 0, bytes: 0, slots: [], byId: new Map() };
    this.#rooms.set(room, ring);
    return ring;
  }

  #forgetSilentRoom(): void {
    let silent: [string, Ring] | undefined;
    for (const candidate of this.#rooms) {
      if (silent === undefined || candidate[1].lastAt < silent[1].lastAt) silent = candidate;
    }
    if (silent === undefined) return;
    const [room, ring] = silent;
    this.#forgotten = Math.max(this.#forgotten, ring.last);
    this.#bytes -= ring.bytes;
    this.#rooms.delete(room);
  }
}

/** What makes two drafts of a room the same message. */
function identityOf({ from, id }: Draft): string {
  return `${from.id} ${id}`;
}

function bytesOf({ text, from, id }: Entry): number {
  return ENTRY_BYTES + 2 * (text.length + from.name.length + id.length);
}
