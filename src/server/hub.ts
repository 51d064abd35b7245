import { messageFrame, tickFrame } from '../protocol/frame.js';
import type { CloseCode } from '../protocol/close-code.js';
import type { Batch, Peer } from './peer.js';
import { textFrames } from './websocket-frame.js';

/** A conversation while somebody is in it: its peers, and what they get at the end of the turn. */
interface Room {
  readonly peers: Set<Peer>;
  texts: string[];
}

const NO_FRAMES = Buffer.alloc(0);

/**
 * Owns all peers: the only one that knows who is connected. A broadcast is encoded once, whatever
 * the number of peers, and all frames of one turn of the event loop leave in one write a peer.
 */
export class Hub {
  readonly #rooms = new Map<string, Room>();
  readonly #waiting = new Set<Room>();
  #newestTick: Buffer = NO_FRAMES;
  #flushing: NodeJS.Immediate | undefined;
  #size = 0;

  /** How many peers are connected. */
  get size(): number {
    return this.#size;
  }

  /** The frame of the newest tick. */
  get newestTick(): Buffer {
    return this.#newestTick;
  }

  /** Every connected peer, for what concerns all rooms. */
  *peers(): Iterable<Peer> {
    for (const room of this.#rooms.values()) yield* room.peers;
  }

  /** From here on the peer gets what is broadcast to its room. */
  add(peer: Peer): void {
    let room = this.#rooms.get(peer.room);
    if (room === undefined) {
      room = { peers: new Set(), texts: [] };
      this.#rooms.set(peer.room, room);
    }
    room.peers.add(peer);
    this.#size += 1;
  }

  /** The peer gets nothing more; a room that nobody is in is forgotten. */
  remove(peer: Peer): void {
    const room = this.#rooms.get(peer.room);
    if (room?.peers.delete(peer) !== true) return;
    this.#size -= 1;
    if (room.peers.size > 0) return;
    this.#rooms.delete(peer.room);
    this.#waiting.delete(room);
  }

  /** Sends a message to everybody in the room, at the end of this turn of the event loop. */
  message(roomName: string, text: string): void {
    const room = this.#rooms.get(roomName);
    if (room === undefined) return;
    room.texts.push(messageFrame(text));
    this.#waiting.add(room);
    this.#flushing ??= setImmediate(() => this.flush());
  }

  /** Sends tick `n` to everybody, now: a tick doesn't wait for the turn to end. */
  tick(n: number): void {
    this.#newestTick = textFrames([tickFrame(n)]);
    this.#flushRooms(this.#rooms.values(), this.#newestTick);
  }

  /** Sends what waits. */
  flush(): void {
    this.#flushRooms(this.#waiting, NO_FRAMES);
  }

  /** Closes every peer. */
  closeAll(why: CloseCode): void {
    for (const peer of this.peers()) peer.close(why);
  }

  #flushRooms(rooms: Iterable<Room>, tick: Buffer): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    for (const room of rooms) {
      const batch = takeBatch(room, tick);
      for (const peer of room.peers) peer.write(batch);
    }
    this.#waiting.clear();
  }
}

function takeBatch(room: Room, tick: Buffer): Batch {
  if (room.texts.length === 0) return { all: tick, messages: NO_FRAMES };
  const messages = textFrames(room.texts);
  room.texts = [];
  if (tick.length === 0) return { all: messages, messages };
  return { all: Buffer.concat([tick, messages]), messages };
}
