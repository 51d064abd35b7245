import type { RootDatabase } from 'lmdb';
import type { Seq } from './log.js';
import { chunkKey, firstOf, metaKey, type MetaName, type Room } from './lmdb-records.js';

export type Database = RootDatabase<Buffer, Buffer>;

/** The chunk that holds `seq`, which must be one that is kept. */
export function chunkWith(
  db: Database,
  room: Room,
  seq: Seq,
): { readonly first: Seq; readonly chunk: Buffer } {
  const range = { start: chunkKey(room.number, seq), end: chunkKey(room.number, 0) };
  for (const { key, value } of db.getRange({ ...range, reverse: true, limit: 1 })) {
    return { first: firstOf(key), chunk: value };
  }
  return damaged();
}

export function getMeta(db: Database, name: MetaName): unknown {
  const value = db.getBinary(metaKey(name));
  return value === undefined ? undefined : JSON.parse(value.toString());
}

export function putMeta(db: Database, name: MetaName, value: unknown): void {
  db.putSync(metaKey(name), Buffer.from(JSON.stringify(value)));
}

/** One record speaks of another that isn't there. */
export function damaged(): never {
  throw new Error('the log is damaged');
}
