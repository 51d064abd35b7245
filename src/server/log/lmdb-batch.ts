import { chunkWith, damaged, getMeta, putMeta, type Database } from './lmdb-database.js';
import type { SavedTimeline, Seq } from './log.js';
import {
  chunkKey,
  countOf,
  decodeSeq,
  encodeChunk,
  encodeSeq,
  identitiesOf,
  identityKey,
  identityOf,
  NO_IDENTITY,
  roomKey,
  rowsOf,
  withoutIdentity,
  type Identity,
  type Room,
  type Row,
} from './lmdb-records.js';

/** What is to be logged together: all of it or nothing. */
export interface Batch {
  /** Unlike that of any other batch, ever: tells later whether this one was committed. */
  readonly id: string;
  /** JSON of an array of {@link Addressed}: one string crosses to a thread faster than many. */
  readonly drafts: string;
  readonly timeline: SavedTimeline | undefined;
}

/** A draft as it stands in a batch: its room and its row. */
export type Addressed = readonly [room: string, row: Row];

/** The new entry's seq; or, if the draft repeats one, that entry. */
export type Outcome = Seq | Known;
export type Known = readonly [seq: Seq, row: Row];

/** Which entries a batch brought to a room. */
export type Span = readonly [room: string, first: Seq, last: Seq];

/** Entries in a chunk at most: reading one means parsing all of them. */
const CHUNK_ENTRIES = 64;

/** Entries beyond those that it pushes out that a batch may delete, after a history was cut. */
export const CATCH_UP_ENTRIES = 64;

/** A room that this batch brings something to. */
interface Growing {
  readonly before: Room;
  readonly rows: Row[];
  readonly identities: Identity[];
}

/** What one batch does to the database. Made in its write transaction, and only for that. */
export class BatchWriter {
  readonly #db: Database;
  readonly #historyPerRoom: number;
  readonly #roomOf: (name: string) => Room | undefined;
  readonly #growing = new Map<string, Growing>();
  /** How many entries may still be deleted: it bounds the work of one batch. */
  #deletable = CATCH_UP_ENTRIES;

  /** `roomOf` says how a room stood before the batch. */
  constructor(db: Database, historyPerRoom: number, roomOf: (name: string) => Room | undefined) {
    this.#db = db;
    this.#historyPerRoom = historyPerRoom;
    this.#roomOf = roomOf;
  }

  /** Gives the draft its seq, or finds the entry that it repeats. */
  add([name, row]: Addressed): Outcome {
    const room = this.#grow(name);
    const identity = identityOf(row);
    const seq = room.before.head + room.rows.length + 1;
    if (identity !== NO_IDENTITY) {
      const key = identityKey(room.before.number, identity);
      const value = this.#db.getBinaryFast(key);
      const known = value === undefined ? undefined : decodeSeq(value);
      if (known !== undefined && known >= seq - this.#historyPerRoom) {
        return [known, this.#rowAt(room, known)];
      }
      if (known !== undefined) this.#disown(room, known);
      this.#db.putSync(key, encodeSeq(seq));
    }
    room.rows.push(row);
    room.identities.push(identity);
    return seq;
  }

  /** Writes what was added and deletes what that pushed out. Returns how the rooms stand now. */
  finish(id: string): Map<string, Room> {
    const rooms = new Map<string, Room>();
    const spans: Span[] = [];
    for (const [name, growing] of this.#growing) {
      const { before, rows } = growing;
      if (rows.length === 0) continue;
      const head = before.head + rows.length;
      this.#putChunks(growing);
      this.#deletable += 2 * rows.length;
      const room = { ...before, head, oldest: this.#trim(before, head) };
      this.#db.putSync(roomKey(name), Buffer.from(JSON.stringify(room)));
      rooms.set(name, room);
      spans.push([name, before.head + 1, head]);
    }
    if (spans.length > 0) putMeta(this.#db, 'batch', { id, spans });
    return rooms;
  }

  #putChunks({ before, rows, identities }: Growing): void {
    for (let i = 0; i < rows.length; i += CHUNK_ENTRIES) {
      const end = i + CHUNK_ENTRIES;
      const chunk = encodeChunk(rows.slice(i, end), identities.slice(i, end));
      this.#db.putSync(chunkKey(before.number, before.head + 1 + i), chunk);
    }
  }

  #grow(name: string): Growing {
    let room = this.#growing.get(name);
    if (room === undefined) {
      const before = this.#roomOf(name) ?? { number: this.#newRoomNumber(), head: 0, oldest: 1 };
      room = { before, rows: [], identities: [] };
      this.#growing.set(name, room);
    }
    return room;
  }

  #newRoomNumber(): number {
    const number = ((getMeta(this.#db, 'rooms') as number | undefined) ?? 0) + 1;
    putMeta(this.#db, 'rooms', number);
    return number;
  }

  #rowAt({ before, rows }: Growing, seq: Seq): Row {
    if (seq > before.head) return rows[seq - before.head - 1] ?? damaged();
    const { first, chunk } = chunkWith(this.#db, before, seq);
    return rowsOf(chunk)[seq - first] ?? damaged();
  }

  /**
   * An entry that nobody can read any more, but that isn't deleted yet, loses its identity to a new
   * one: deleting it later must not delete the identity of the other.
   */
  #disown({ before, identities }: Growing, seq: Seq): void {
    if (seq > before.head) {
      identities[seq - before.head - 1] = NO_IDENTITY;
      return;
    }
    const { first, chunk } = chunkWith(this.#db, before, seq);
    this.#db.putSync(chunkKey(before.number, first), withoutIdentity(chunk, seq - first));
  }

  /** Deletes chunks that are wholly beyond the history, oldest first. Returns what is oldest then. */
  #trim({ number, oldest }: Room, head: Seq): Seq {
    const lastForgotten = head - this.#historyPerRoom;
    let first = oldest;
    while (first <= lastForgotten && this.#deletable > 0) {
      const key = chunkKey(number, first);
      const chunk = this.#db.getBinary(key) ?? damaged();
      const count = countOf(chunk);
      if (first + count - 1 > lastForgotten) break;
      for (const identity of identitiesOf(chunk)) {
        if (identity !== NO_IDENTITY) this.#db.removeSync(identityKey(number, identity));
      }
      this.#db.removeSync(key);
      first += count;
      this.#deletable -= count;
    }
    return first;
  }
}
