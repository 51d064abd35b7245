import { hash } from 'node:crypto';
import type { Draft, Entry, Seq } from './log.js';

/**
 * The keys and values in the database. Everything about a room stands under its number, so that a
 * key is short whatever the room's name.
 *
 * | key                          | value                                                     |
 * |------------------------------|-----------------------------------------------------------|
 * | 0, name                      | JSON: what the log keeps about itself                     |
 * | 1, room's name               | JSON: the room's number, its newest and oldest seq        |
 * | 2, room's number, identity   | seq of the entry that has this author and this id         |
 * | 3, room's number, seq        | a chunk: the entries that one batch brought, from this seq |
 *
 * A chunk begins with its number of entries and their identities (so that forgetting them takes no
 * parsing), then come the entries as a JSON array of {@link Row}s. JSON keeps every string that
 * JavaScript knows, halves of surrogate pairs too, which UTF-8 alone would not.
 */
const Kind = { meta: 0, room: 1, identity: 2, chunk: 3 } as const;

/** What of an entry is not in its key, or its room's. */
export type Row = readonly [
  at: number,
  authorId: string,
  authorName: string,
  id: string,
  text: string,
];

/** Where a room stands. */
export interface Room {
  readonly number: number;
  /** Seq of the newest entry; 0 if there is none. */
  readonly head: Seq;
  /** Seq at which the oldest chunk begins that has not been deleted yet. */
  readonly oldest: Seq;
}

const IDENTITY_BYTES = 12;
const COUNT_BYTES = 4;

/** What makes two rows of a room the same message: a string of {@link IDENTITY_BYTES} bytes. */
export type Identity = string;

/** The identity of a message without an id. It is the same as nothing. */
export const NO_IDENTITY: Identity = '\0'.repeat(IDENTITY_BYTES);

/** A row of what the draft says, taken in at `at`. */
export function rowOf({ from, id, text }: Draft, at: number): Row {
  return [at, from.id, from.name, id, text];
}

/** The entry that a row of `room` is. */
export function entryOf(room: string, seq: Seq, [at, authorId, name, id, text]: Row): Entry {
  return { room, from: { id: authorId, name }, text, id, seq, at };
}

/** 96 bits of SHA-256 over author and id: nobody finds two messages that share it by trying. */
export function identityOf([, authorId, , id]: Row): Identity {
  if (id === '') return NO_IDENTITY;
  // 'binary' is one character a byte, and three times as fast as a Buffer.
  return hash('sha256', JSON.stringify([authorId, id]), 'binary').slice(0, IDENTITY_BYTES);
}

export type MetaName = 'log' | 'owner' | 'timeline' | 'rooms' | 'batch';

export function metaKey(name: MetaName): Buffer {
  return Buffer.from(`${String.fromCharCode(Kind.meta)}${name}`);
}

export function roomKey(name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(Kind.room)}${name}`);
}

export function identityKey(roomNumber: number, identity: Identity): Buffer {
  const key = Buffer.allocUnsafe(5 + IDENTITY_BYTES);
  key[0] = Kind.identity;
  key.writeUInt32BE(roomNumber, 1);
  key.write(identity, 5, 'latin1');
  return key;
}

/** Big-endian: the keys of a room are in the order of its seqs. */
export function chunkKey(roomNumber: number, first: Seq): Buffer {
  const key = Buffer.allocUnsafe(11);
  key[0] = Kind.chunk;
  key.writeUInt32BE(roomNumber, 1);
  key.writeUIntBE(first, 5, 6);
  return key;
}

/** Seq at which the chunk with this key begins. */
export function firstOf(key: Buffer): Seq {
  return key.readUIntBE(5, 6);
}

export function encodeSeq(seq: Seq): Buffer {
  const value = Buffer.allocUnsafe(6);
  value.writeUIntBE(seq, 0, 6);
  return value;
}

export function decodeSeq(value: Buffer): Seq {
  return value.readUIntBE(0, 6);
}

export function encodeChunk(rows: readonly Row[], identities: readonly Identity[]): Buffer {
  const json = JSON.stringify(rows);
  const start = COUNT_BYTES + rows.length * IDENTITY_BYTES;
  const value = Buffer.allocUnsafe(start + Buffer.byteLength(json));
  value.writeUInt32BE(rows.length, 0);
  value.write(identities.join(''), COUNT_BYTES, 'latin1');
  value.write(json, start);
  return value;
}

/** Number of entries in a chunk. */
export function countOf(chunk: Buffer): number {
  return chunk.readUInt32BE(0);
}

/** The identities of a chunk's entries. */
export function identitiesOf(chunk: Buffer): Identity[] {
  return Array.from({ length: countOf(chunk) }, (_, i) => {
    const start = COUNT_BYTES + i * IDENTITY_BYTES;
    return chunk.toString('latin1', start, start + IDENTITY_BYTES);
  });
}

/** A copy in which the entry at `index` has no identity. */
export function withoutIdentity(chunk: Buffer, index: number): Buffer {
  const copy = Buffer.from(chunk);
  copy.write(NO_IDENTITY, COUNT_BYTES + index * IDENTITY_BYTES, 'latin1');
  return copy;
}

export function rowsOf(chunk: Buffer): Row[] {
  return JSON.parse(chunk.toString('utf8', COUNT_BYTES + countOf(chunk) * IDENTITY_BYTES)) as Row[];
}
