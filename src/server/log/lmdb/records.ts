import { hash } from 'node:crypto';
import type { Draft, Entry, Seq } from '../log.js';

/**
 * The keys and values in the database. The keys of a room begin with its number, so that they are
 * short whatever the room's name.
 *
 * | key                          | value                                                      |
 * |------------------------------|------------------------------------------------------------|
 * | 0, name                      | JSON: a record about the log itself                        |
 * | 1, room's name               | JSON: the room's number, its newest and oldest seq         |
 * | 2, room's number, identity   | seq of the entry that has this author and this id          |
 * | 3, room's number, seq        | a chunk: the entries that one batch added, from this seq on |
 *
 * A chunk begins with its number of entries and their identities, which can be deleted without
 * parsing; then come the entries as a JSON array of {@link Row}s. JSON keeps every string of
 * JavaScript, lone surrogates included, which UTF-8 alone does not.
 */
const Kind = { meta: 0, room: 1, identity: 2, chunk: 3 } as const;

/** The fields of an entry that are not in its key. */
export type Row = readonly [
  at: number,
  authorId: string,
  authorName: string,
  id: string,
  text: string,
];

/** The first entry that a run of the log added to a room. */
export type RunStart = readonly [run: number, first: Seq];

/** The state of a room. */
export interface RoomRecord {
  readonly number: number;
  /** Seq of the newest entry; 0 if there is none. */
  readonly head: Seq;
  /** First seq of the oldest chunk that is not deleted. */
  readonly oldest: Seq;
  /** Starts of runs in this room; missing in a room of an earlier version. */
  readonly runs?: readonly RunStart[];
}

const IDENTITY_BYTES = 12;
const COUNT_BYTES = 4;

/** A hash of author and id, {@link IDENTITY_BYTES} bytes: rows that share it are one message. */
export type Identity = string;

/** The identity of a message without an id. Equals no other message. */
export const NO_IDENTITY: Identity = '\0'.repeat(IDENTITY_BYTES);

/** The row of a draft that was appended at `at`. */
export function rowOf({ from, id, text }: Draft, at: number): Row {
  return [at, from.id, from.name, id, text];
}

/** The entry of a row of `room`. */
export function entryOf(room: string, seq: Seq, [at, authorId, name, id, text]: Row): Entry {
  return { room, from: { id: authorId, name }, text, id, seq, at };
}

/** 96 bits of SHA-256 over author and id: collisions can't be found by trial. */
export function identityOf([, authorId, , id]: Row): Identity {
  if (id === '') return NO_IDENTITY;
  // 'binary' is one character a byte, and three times as fast as a Buffer.
  return hash('sha256', JSON.stringify([authorId, id]), 'binary').slice(0, IDENTITY_BYTES);
}

export type MetaName = 'log' | 'runs' | 'owner' | 'timeline' | 'rooms' | 'batch';

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

/** Big-endian, so that the keys of a room are in seq order. */
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
