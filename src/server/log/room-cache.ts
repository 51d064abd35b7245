import type { Database } from './lmdb-database.js';
import { roomKey, type Room } from './lmdb-records.js';

/** Rooms whose state is kept in memory, however many there are. */
const CACHED_ROOMS = 1000;

/** How rooms stand, as far as it is committed; read from the database when it is first asked for. */
export class RoomCache {
  /** The room that was used last is at the end. */
  readonly #rooms = new Map<string, Room>();

  /** Undefined if nobody has spoken in the room. */
  get(db: Database, name: string): Room | undefined {
    const room = this.#rooms.get(name) ?? roomIn(db, name);
    if (room !== undefined) this.keep(name, room);
    return room;
  }

  keep(name: string, room: Room): void {
    this.#rooms.delete(name);
    this.#rooms.set(name, room);
    for (const unused of this.#rooms.keys()) {
      if (this.#rooms.size <= CACHED_ROOMS) break;
      this.#rooms.delete(unused);
    }
  }

  clear(): void {
    this.#rooms.clear();
  }
}

function roomIn(db: Database, name: string): Room | undefined {
  const value = db.getBinary(roomKey(name));
  return value === undefined ? undefined : (JSON.parse(value.toString()) as Room);
}
