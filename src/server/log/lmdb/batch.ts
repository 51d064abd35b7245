import { chunkWith, damaged, getMeta, putMeta, type Database } from './database.js';
import type { SavedTimeline, Seq } from '../log.js';
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
  type RoomRecord,
  type Row,
} from './records.js';
import { withStart } from './runs.js';

/** Drafts and a timeline that are logged together, all or none. */
export interface Batch {
  /** Unique over all runs: tells later whether this batch was committed. */
  readonly id: string;
  /** JSON of an array of {@link Addressed}: one string crosses to a thread faster than many. */
  readonly drafts: string;
  readonly timeline: SavedTimeline | undefined;
}

/** A draft in a batch: its room and its row. */
export type Addressed = readonly [room: string, row: Row];

/** The seq of the new entry; or the earlier entry that the draft repeats. */
export type Outcome = Seq | Known;
export type Known = readonly [seq: Seq, row: Row];

/** Entries that a batch added to a room. */
export type Span = readonly [room: string, first: Seq, last: Seq];

/** Maximum number of entries in a chunk: reading one entry parses the whole chunk. */
const CHUNK_ENTRIES = 64;

/** Maximum number of old entries that a batch deletes beyond those it replaces. */
export const CATCH_UP_ENTRIES = 64;

/** A room that this batch adds to. */
interface Growing {
  readonly before: RoomRecord;
  readonly rows: Row[];
  readonly identities: Identity[];
}

/** Writes one batch to the database. Lives for one write transaction. */
export class BatchWriter {
  readonly #db: Database;
  readonly #historyPerRoom: number;
  readonly #run: number;
  readonly #roomOf: (name: string) => RoomRecord | undefined;
  readonly #growing = new Map<string, Growing>();
  /** Entries that may still be deleted: bounds the work of one batch. */
  #deletable = CATCH_UP_ENTRIES;

  /** @param roomOf returns the record of a room before the batch */
  constructor(
    db: Database,
    { historyPerRoom, run }: { readonly historyPerRoom: number; readonly run: number },
    roomOf: (name: string) => RoomRecord | undefined,
  ) {
    this.#db = db;
    this.#historyPerRoom = historyPerRoom;
    this.#run = run;
    this.#roomOf = roomOf;
  }

  /** Assigns a seq to the draft, or finds the entry that it repeats. */
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
      if (known !== undefined) this.#clearIdentity(room, known);
      this.#db.putSync(key, encodeSeq(seq));
    }
    room.rows.push(row);
    room.identities.push(identity);
    return seq;
  }

  /** Writes the added drafts and deletes the entries that they replace. Returns the new records. */
  finish(id: string): Map<string, RoomRecord> {
    const rooms = new Map<string, RoomRecord>();
    const spans: Span[] = [];
    for (const [name, growing] of this.#growing) {
      const { before, rows } = growing;
      if (rows.length === 0) continue;
      const head = before.head + rows.length;
      this.#putChunks(growing);
      this.#deletable += 2 * rows.length;
      const oldest = this.#trim(before, head);
      const runs = withStart(before.runs ?? [], this.#run, before.head + 1, oldest);
      const room = { ...before, head, oldest, runs };
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
   * Removes the identity of an entry beyond the history that isn't deleted yet. A new entry takes
   * that identity; deleting the old entry later must not delete it.
   */
  #clearIdentity({ before, identities }: Growing, seq: Seq): void {
    if (seq > before.head) {
      identities[seq - before.head - 1] = NO_IDENTITY;
      return;
    }
    const { first, chunk } = chunkWith(this.#db, before, seq);
    this.#db.putSync(chunkKey(before.number, first), withoutIdentity(chunk, seq - first));
  }

  /** Deletes chunks wholly beyond the history, oldest first. Returns the new oldest seq. */
  #trim({ number, oldest }: RoomRecord, head: Seq): Seq {
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
