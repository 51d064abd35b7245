import { CLOSE, type CloseCode } from '../../protocol/close-code.js';
import { tickFrame } from '../../protocol/frame.js';
import type { Entry } from '../log/log.js';
import type { Peer } from '../connection/peer.js';
import { sseEncoder } from '../connection/sse-frame.js';
import type { FrameEncoder } from '../connection/transport.js';
import { encodeWebSocket } from '../connection/websocket-frame.js';
import { newStats, type ConnectionCounts, type Stats } from '../ops/stats.js';
import { DelayedFlush } from './delayed-flush.js';
import { NO_TICK, Room, type SubscriberKind, type EncodedTick } from './room.js';
import type { SparseTurns } from './subscriber-group.js';
import { TickTurns } from './tick-turns.js';

/** Time between two broadcasts of the number of peers in a room, ms. */
const PRESENCE_INTERVAL_MS = 1000;

/** Length of a tick, ms, unless the server says another. */
const DEFAULT_PERIOD_MS = 1000;

/**
 * Owns all peers and their rooms. A broadcast is encoded once per transport, whatever the number of
 * peers. Frames of some turns of the event loop go to a peer in one write: they are sent after the
 * first turn that brings no new one (see {@link DelayedFlush}).
 */
export class Hub {
  /** Peers that get frames, oldest first. */
  readonly #open = new Set<Peer>();
  /** Peers whose connection is closing. */
  readonly #closing = new Set<Peer>();
  readonly #rooms = new Map<string, Room>();
  /** Rooms with queued frames. */
  readonly #queued = new Set<Room>();
  /** Rooms with peers that get every tick. A tick doesn't visit the others. */
  readonly #everyTick = new Set<Room>();
  readonly #sparseTurns: SparseTurns;
  #logEpoch: string;
  #encodeSse: FrameEncoder;
  #newestTick = NO_TICK;
  readonly #stats: Stats;
  readonly #flushing = new DelayedFlush(() => this.flush());
  #presenceTimer: NodeJS.Timeout | undefined;
  #onAllClosed: (() => void) | undefined;

  /**
   * @param logEpoch epoch of the log, which is part of the ids of SSE events
   * @param stats counts deliveries and bytes
   * @param periodMs length of a tick, ms
   */
  constructor(logEpoch: string, stats: Stats = newStats(), periodMs = DEFAULT_PERIOD_MS) {
    this.#logEpoch = logEpoch;
    this.#encodeSse = sseEncoder(logEpoch);
    this.#stats = stats;
    this.#sparseTurns = new TickTurns(periodMs);
  }

  /** Number of open peers. */
  get size(): number {
    return this.#open.size;
  }

  /** Random id of the current epoch of the log. */
  get logEpoch(): string {
    return this.#logEpoch;
  }

  /**
   * Another epoch of the log has begun, in which seqs may start again. Closes every peer, so that
   * it joins again and learns what it missed, and forgets the rooms.
   */
  beginEpoch(logEpoch: string): void {
    this.flush();
    this.close(this.size, CLOSE.goingAway);
    this.#rooms.clear();
    this.#queued.clear();
    this.#everyTick.clear();
    this.#logEpoch = logEpoch;
    this.#encodeSse = sseEncoder(logEpoch);
  }

  /** Starts to broadcast the number of peers in each room when it changes. */
  start(): void {
    this.#presenceTimer = setInterval(() => this.broadcastPresence(), PRESENCE_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#presenceTimer);
  }

  /** All peers, open and closing. */
  *peers(): Iterable<Peer> {
    yield* this.#open;
    yield* this.#closing;
  }

  /** Counts connections, rooms and queued bytes. Visits every room and every peer. */
  counts(): ConnectionCounts {
    const counts = { plain: 0, v1: 0, sse: 0 };
    for (const room of this.#rooms.values()) {
      counts.plain += room.sizeOf('plain');
      counts.v1 += room.sizeOf('v1') + room.sizeOf('sparse');
      counts.sse += room.sizeOf('sse');
    }
    const joining = this.size - counts.plain - counts.v1 - counts.sse;
    let queuedBytes = 0;
    for (const peer of this.#open) queuedBytes += peer.queuedBytes;
    return { ...counts, joining, rooms: this.#rooms.size, queuedBytes };
  }

  /** The newest tick. */
  get newestTick(): EncodedTick {
    return this.#newestTick;
  }

  /** Registers a peer that has joined no room yet. */
  connect(peer: Peer): void {
    this.#open.add(peer);
  }

  /** The peer is closing and gets no more frames. */
  disconnect(peer: Peer): void {
    this.#open.delete(peer);
    this.#closing.add(peer);
  }

  /** The peer's connection is closed. */
  remove(peer: Peer): void {
    this.#closing.delete(peer);
    if (this.#open.size + this.#closing.size === 0) this.#onAllClosed?.();
  }

  /** Resolves when there is no connection left. */
  async allClosed(): Promise<void> {
    if (this.#open.size + this.#closing.size === 0) return;
    await new Promise<void>((resolve) => (this.#onAllClosed = resolve));
  }

  /** Terminates every connection. */
  terminateAll(): void {
    for (const peer of this.peers()) peer.terminate();
  }

  /**
   * Creates or retains a room for a joining peer. Must be followed by {@link join} or
   * {@link releaseRoom}.
   */
  acquireRoom(name: string): Room {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new Room(name, this.#encodeSse, this.#sparseTurns, this.#stats);
      this.#rooms.set(name, room);
    }
    room.joining += 1;
    return room;
  }

  /**
   * Adds a joining peer to its room. It gets what is announced from now on.
   *
   * @param id public id of a v1 peer
   */
  join(room: Room, peer: Peer, kind: SubscriberKind, id?: string): void {
    room.joining -= 1;
    room.add(peer, kind, id);
    if (room.needsEveryTick) this.#everyTick.add(room);
  }

  /** Ends the joining of a peer that is closing. */
  releaseRoom(room: Room): void {
    room.joining -= 1;
    this.#deleteIfEmpty(room);
  }

  /** Removes a peer, joined with `id`, from its room, and the room if it is empty. */
  leave(room: Room, peer: Peer, id?: string): void {
    room.delete(peer, id);
    if (!room.needsEveryTick) this.#everyTick.delete(room);
    this.#deleteIfEmpty(room);
  }

  /** Sends an entry to every peer of its room, some turns of the event loop later. */
  announce(entry: Entry): void {
    const room = this.#rooms.get(entry.room);
    if (room === undefined) return;
    room.announce(entry);
    this.#flushLater(room);
  }

  /** Sends each room its number of peers if it has changed since the last call. */
  broadcastPresence(): void {
    for (const room of this.#rooms.values()) if (room.broadcastPresence()) this.#flushLater(room);
  }

  /**
   * Sends tick `n` now, with the queued frames: a tick waits for no other frame. Peers with sparse
   * ticks get it when it is their turn.
   */
  tick(n: number): void {
    const frames = [tickFrame(n)];
    const tick = { websocket: encodeWebSocket(frames), sse: this.#encodeSse(frames) };
    this.#newestTick = tick;
    for (const [group, due] of this.#sparseTurns.take(n)) group.flush(tick.websocket, due);
    for (const room of this.#everyTick) room.flush(tick);
    this.flush();
  }

  /** Sends the queued frames. */
  flush(): void {
    this.#flushing.cancel();
    for (const room of this.#queued) room.flush(NO_TICK);
    this.#queued.clear();
  }

  /** Closes up to `count` peers, the oldest connections first. */
  close(count: number, why: CloseCode): void {
    let left = count;
    for (const peer of this.#open) {
      if (left-- <= 0) return;
      peer.close(why);
    }
  }

  #flushLater(room: Room): void {
    this.#queued.add(room);
    this.#flushing.schedule();
  }

  #deleteIfEmpty(room: Room): void {
    // After a change of the epoch another room may have its name.
    if (!room.empty || this.#rooms.get(room.name) !== room) return;
    this.#rooms.delete(room.name);
    this.#queued.delete(room);
  }
}
