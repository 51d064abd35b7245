import { LruMap } from '../lru-map.js';
import type { Database } from './database.js';
import { roomKey, type RoomRecord } from './records.js';

/** Maximum number of rooms whose records are kept in memory. */
const CACHED_ROOMS = 1000;

/** The committed records of the rooms used last; others are read from the database. */
export class RoomCache {
  readonly #rooms = new LruMap<string, RoomRecord>(CACHED_ROOMS);

  /** Undefined if the room has no messages. */
  get(db: Database, name: string): RoomRecord | undefined {
    const room = this.#rooms.peek(name) ?? roomIn(db, name);
    if (room !== undefined) this.keep(name, room);
    return room;
  }

  keep(name: string, room: RoomRecord): void {
    this.#rooms.set(name, room);
  }

  clear(): void {
    this.#rooms.clear();
  }
}

function roomIn(db: Database, name: string): RoomRecord | undefined {
  const value = db.getBinary(roomKey(name));
  return value === undefined ? undefined : (JSON.parse(value.toString()) as RoomRecord);
}
