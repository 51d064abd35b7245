import { randomUUID } from 'node:crypto';
import { bytesOf } from './congestion.js';
import { LruMap } from './lru-map.js';
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

/** Size and clock of a {@link MemoryLog}. */
export interface MemoryLogOptions {
  /** Newest messages kept of each room, at least 1. */
  readonly historyPerRoom: number;
  /** Maximum size of all messages, bytes; beyond it the largest rooms lose their older half. */
  readonly maxBytes?: number;
  /** Maximum number of rooms; beyond it the room that has been silent for longest is forgotten. */
  readonly maxRooms?: number;
  /** Server time, ms. */
  now(): number;
}

/** Maximum number of known rooms; 100,000 empty ones take about 20 MB. */
const MAX_ROOMS = 100_000;
/** Maximum size of all messages, bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The newest entries of a room: seq `n` is in slot `n % historyPerRoom`. */
interface Ring {
  /** Oldest seq that is kept; greater than `last` if none is. */
  first: Seq;
  last: Seq;
  bytes: number;
  readonly slots: Array<Entry | undefined>;
  readonly byId: Map<string, Entry>;
}

/** A log that ends with the process: the newest messages of each room, in memory. */
export class MemoryLog implements MessageLog {
  /** Never: nothing waits. */
  readonly congested = false;
  readonly #historyPerRoom: number;
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #rooms: LruMap<string, Ring>;
  /** Rings by the binary logarithm of their size: the largest are found without a search. */
  readonly #bySize: Array<Set<Ring>> = [];
  readonly #epoch = randomUUID();
  #bytes = 0;
  /** Highest seq of any forgotten room. New rooms start above it, so that no seq repeats. */
  #forgotten: Seq = 0;
  #onEntry: OnEntry | undefined;

  constructor(options: MemoryLogOptions) {
    this.#historyPerRoom = options.historyPerRoom;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
    this.#rooms = new LruMap(options.maxRooms ?? MAX_ROOMS, (ring) => this.#forget(ring));
    this.#now = () => options.now();
  }

  async relieved(): Promise<void> {}

  async open(onEntry: OnEntry): Promise<LogState> {
    this.#onEntry = onEntry;
    return { epoch: this.#epoch, timeline: undefined };
  }

  append(draft: Draft): Appended | Promise<Appended> {
    const onEntry = this.#onEntry;
    if (onEntry === undefined) return Promise.reject(notOpen());
    const ring = this.#rooms.use(draft.room, () => this.#newRing());
    const known = draft.id === '' ? undefined : ring.byId.get(identityOf(draft));
    if (known !== undefined) return { entry: known, duplicate: true };
    const entry = this.#push(ring, draft);
    if (this.#bytes > this.#maxBytes) this.#shrink();
    onEntry(entry);
    return { entry, duplicate: false };
  }

  async head(room: string): Promise<Seq> {
    this.#opened();
    return this.#rooms.peek(room)?.last ?? this.#forgotten;
  }

  async holds(room: string, { epoch, seq }: Position): Promise<boolean> {
    return epoch === this.#epoch && seq <= (await this.head(room));
  }

  async read(room: string, after: Seq, limit: number): Promise<Entry[]> {
    this.#opened();
    const ring = this.#rooms.peek(room);
    if (ring === undefined) return [];
    const from = Math.max(after + 1, ring.first);
    const entries: Entry[] = [];
    for (let seq = from; seq <= ring.last && entries.length < limit; seq++) {
      const entry = ring.slots[seq % this.#historyPerRoom];
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  /** Does nothing: this log ends with the process. */
  async saveTimeline(): Promise<void> {
    this.#opened();
  }

  async close(): Promise<void> {
    this.#onEntry = undefined;
    this.#rooms.clear();
    this.#bySize.length = 0;
  }

  /** Does nothing: closing takes no time. */
  abandon(): void {}

  #opened(): OnEntry {
    if (this.#onEntry === undefined) throw notOpen();
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
    const before = this.#setOf(ring);
    ring.bytes += bytes;
    this.#bytes += bytes;
    const after = this.#setOf(ring);
    if (before === after) return;
    before.delete(ring);
    after.add(ring);
  }

  /** The rings of about this size: one is less than twice as large as another. */
  #setOf({ bytes }: Ring): Set<Ring> {
    return (this.#bySize[32 - Math.clz32(bytes)] ??= new Set());
  }

  /** Halves one of the largest rooms; where none has two messages, forgets the silent ones. */
  #shrink(): void {
    const [largest] = this.#bySize.findLast((rings) => rings.size > 0) ?? [];
    if (largest === undefined) return;
    const keep = largest.bytes / 2;
    while (largest.bytes > keep && largest.first < largest.last) this.#dropOldest(largest);
    while (this.#bytes > this.#maxBytes && largest.bytes > keep) this.#rooms.evict();
  }

  #newRing(): Ring {
    const last = this.#forgotten;
    return { first: last + 1, last, bytes: 0, slots: [], byId: new Map() };
  }

  #forget(ring: Ring): void {
    this.#forgotten = Math.max(this.#forgotten, ring.last);
    this.#bytes -= ring.bytes;
    this.#setOf(ring).delete(ring);
  }
}

function notOpen(): Error {
  return new Error('the log is not open');
}

/** The identity of a draft in its room: drafts that share it are the same message. */
function identityOf({ from, id }: Draft): string {
  return `${from.id} ${id}`;
}
