import type { RootDatabase } from 'lmdb';
import type { Seq } from '../log.js';
import {
  chunkKey,
  firstOf,
  metaKey,
  rowsOf,
  type MetaName,
  type RoomRecord,
  type Row,
} from './records.js';

export type Database = RootDatabase<Buffer, Buffer>;

/** The chunk that holds `seq`, which must be kept. */
export function chunkWith(
  db: Database,
  room: RoomRecord,
  seq: Seq,
): { readonly first: Seq; readonly chunk: Buffer } {
  const range = { start: chunkKey(room.number, seq), end: chunkKey(room.number, 0) };
  for (const { key, value } of db.getRange({ ...range, reverse: true, limit: 1 })) {
    return { first: firstOf(key), chunk: value };
  }
  return damaged();
}

/** Up to `limit` rows of a room with their seqs, from `from` on, which must be kept. */
export function rowsFrom(
  db: Database,
  room: RoomRecord,
  from: Seq,
  limit: number,
): Array<readonly [seq: Seq, row: Row]> {
  const range = {
    start: chunkKey(room.number, chunkWith(db, room, from).first),
    end: chunkKey(room.number + 1, 0),
  };
  const rows: Array<readonly [seq: Seq, row: Row]> = [];
  for (const { key, value } of db.getRange(range)) {
    const first = firstOf(key);
    for (const [i, row] of rowsOf(value).entries()) {
      if (first + i >= from) rows.push([first + i, row]);
      if (rows.length === limit) return rows;
    }
  }
  return rows;
}

export function getMeta(db: Database, name: MetaName): unknown {
  const value = db.getBinary(metaKey(name));
  return value === undefined ? undefined : JSON.parse(value.toString());
}

export function putMeta(db: Database, name: MetaName, value: unknown): void {
  db.putSync(metaKey(name), Buffer.from(JSON.stringify(value)));
}

/** Id of the batch that was logged last. */
export function newestBatchIn(db: Database): string | undefined {
  return (getMeta(db, 'batch') as { readonly id: string } | undefined)?.id;
}

/** Size of the part of the file that is in use, and of a page, bytes. */
export function sizeOf(db: Database): { readonly used: number; readonly page: number } {
  // Fields that lmdb's type leaves out.
  const { root, lastPageNumber } = db.getStats() as {
    readonly root: { readonly pageSize: number };
    readonly lastPageNumber: number;
  };
  return { used: (lastPageNumber + 1) * root.pageSize, page: root.pageSize };
}

/** Throws: a record refers to one that is missing. */
export function damaged(): never {
  throw new Error('the log is damaged');
}
