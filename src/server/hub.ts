import type { CloseCode } from '../protocol/close-code.js';
import { tickFrame } from '../protocol/frame.js';
import type { Entry } from './log/log.js';
import type { Peer } from './peer.js';
import { eventFrames } from './event-frames.js';
import { NO_TICK, Room, type Dialect, type TickBytes } from './room.js';
import { newStats, type Stats } from './stats.js';
import { textFrames } from './websocket-frame.js';

/** Who is connected at one moment. */
export interface Census extends Readonly<Record<Dialect, number>> {
  /** Connected, in no room yet. */
  readonly joining: number;
  /** Rooms that somebody is in, or on the way into. */
  readonly rooms: number;
  /** Bytes that wait for clients to read. */
  readonly queuedBytes: number;
}

/**
 * Owns all rooms and their peers: the only one that knows who is connected. A broadcast is encoded
 * once, whatever the number of peers, and all frames of one turn of the event loop leave in one
 * write a peer.
 */
export class Hub {
  readonly #peers = new Set<Peer>();
  readonly #rooms = new Map<string, Room>();
  readonly #waiting = new Set<Room>();
  readonly #encodeEvents: (texts: readonly string[]) => Buffer;
  #newestTick = NO_TICK;
  readonly #stats: Stats;
  #flushing: NodeJS.Immediate | undefined;

  /**
   * @param logEpoch which life of the log the ids of events are of
   * @param stats where what is sent is counted
   */
  constructor(logEpoch: string, stats: Stats = newStats()) {
    this.#encodeEvents = eventFrames(logEpoch);
    this.#stats = stats;
  }

  /** How many peers are connected. */
  get size(): number {
    return this.#peers.size;
  }

  /** Who is connected now, and what for. Looks at every room and every peer. */
  census(): Census {
    const census = { plain: 0, v1: 0, events: 0 };
    for (const room of this.#rooms.values()) {
      census.plain += room.sizeOf('plain');
      census.v1 += room.sizeOf('v1');
      census.events += room.sizeOf('events');
    }
    const joining = this.size - census.plain - census.v1 - census.events;
    let queuedBytes = 0;
    for (const peer of this.#peers) queuedBytes += peer.queuedBytes;
    return { ...census, joining, rooms: this.#rooms.size, queuedBytes };
  }

  /** The newest tick. */
  get newestTick(): TickBytes {
    return this.#newestTick;
  }

  /** The peer is connected, in no room yet. */
  connect(peer: Peer): void {
    this.#peers.add(peer);
  }

  /** The peer is closing: it gets nothing more. */
  disconnect(peer: Peer): void {
    this.#peers.delete(peer);
  }

  /** Wakes a room for a peer on the way in; to be followed by {@link arrive} or {@link giveUp}. */
  expect(name: string): Room {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new Room(name, this.#encodeEvents, this.#stats);
      this.#rooms.set(name, room);
    }
    room.arriving += 1;
    return room;
  }

  /** The expected peer is in: from here on it gets what is broadcast to the room. */
  arrive(room: Room, peer: Peer, dialect: Dialect): void {
    room.arriving -= 1;
    room.add(peer, dialect);
  }

  /** The expected peer doesn't come. */
  giveUp(room: Room): void {
    room.arriving -= 1;
    this.#forgetIfEmpty(room);
  }

  /** The peer is out; a room that nobody is in is forgotten. */
  leave(room: Room, peer: Peer): void {
    room.delete(peer);
    this.#forgetIfEmpty(room);
  }

  /** Sends an entry to everybody in its room, at the end of this turn of the event loop. */
  announce(entry: Entry): void {
    const room = this.#rooms.get(entry.room);
    if (room === undefined) return;
    room.announce(entry);
    this.#flushLater(room);
  }

  /** Tells each room how many are in it, where that has changed since the last call. */
  sayOnline(): void {
    for (const room of this.#rooms.values()) if (room.sayOnline()) this.#flushLater(room);
  }

  /** Sends tick `n` to everybody, now: a tick doesn't wait for the turn to end. */
  tick(n: number): void {
    const texts = [tickFrame(n)];
    this.#newestTick = { webSocket: textFrames(texts), events: this.#encodeEvents(texts) };
    this.#flushRooms(this.#rooms.values(), this.#newestTick);
  }

  /** Sends what waits. */
  flush(): void {
    this.#flushRooms(this.#waiting, NO_TICK);
  }

  /** Closes up to `count` peers, those first who came first. */
  close(count: number, why: CloseCode): void {
    let left = count;
    for (const peer of this.#peers) {
      if (left-- <= 0) return;
      peer.close(why);
    }
  }

  #flushLater(room: Room): void {
    this.#waiting.add(room);
    this.#flushing ??= setImmediate(() => this.flush());
  }

  #flushRooms(rooms: Iterable<Room>, tick: TickBytes): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    for (const room of rooms) room.flush(tick);
    this.#waiting.clear();
  }

  #forgetIfEmpty(room: Room): void {
    if (!room.empty) return;
    this.#rooms.delete(room.name);
    this.#waiting.delete(room);
  }
}
