import { messageFrame } from '../../protocol/frame.js';
import { serverFrame } from '../../protocol/v1.js';
import type { Peer } from '../connection/peer.js';
import type { FrameEncoder, OutboundFrame } from '../connection/transport.js';
import { encodeWebSocket } from '../connection/websocket-frame.js';
import type { Entry, Seq } from '../log/log.js';
import type { Stats } from '../ops/stats.js';
import { entryFrame } from './frames.js';
import { NO_BYTES, SparseGroup, SubscriberGroup, type SparseTurns } from './subscriber-group.js';

/** Subscribers that get every tick: plain or v1 over WebSocket, v1 over SSE. */
type EveryTickKind = 'plain' | 'v1' | 'sse';

/** Subscribers that get the same bytes; `sparse` is v1 over WebSocket with sparse ticks. */
export type SubscriberKind = EveryTickKind | 'sparse';

/** A tick, encoded for each transport. */
export interface EncodedTick {
  readonly websocket: Buffer;
  readonly sse: Buffer;
}

/** The tick of a flush between two ticks. */
export const NO_TICK: EncodedTick = { websocket: NO_BYTES, sse: NO_BYTES };

/** A room with at least one peer that has joined or is joining. */
export class Room {
  readonly name: string;
  readonly #stats: Stats;
  readonly #groups: Readonly<Record<EveryTickKind, SubscriberGroup>> & {
    readonly sparse: SparseGroup;
  };
  /** Public ids of the v1 peers that have joined, with the number of peers of each. */
  readonly #persons = new Map<string, number>();
  #newestSeq: Seq = 0;
  #lastPresence = 0;
  /** Number of joining peers: they read the log until they have caught up with the room. */
  joining = 0;

  /** @param stats counts deliveries and bytes */
  constructor(name: string, encodeSse: FrameEncoder, turns: SparseTurns, stats: Stats) {
    this.name = name;
    this.#stats = stats;
    this.#groups = {
      plain: new SubscriberGroup(encodeWebSocket, stats),
      v1: new SubscriberGroup(encodeWebSocket, stats),
      sse: new SubscriberGroup(encodeSse, stats),
      sparse: new SparseGroup(turns, encodeWebSocket, stats),
    };
  }

  /** Number of joined peers of one kind. */
  sizeOf(kind: SubscriberKind): number {
    return this.#groups[kind].peers.size;
  }

  /** Number of joined peers. */
  get size(): number {
    const { plain, v1, sse, sparse } = this.#groups;
    return plain.peers.size + v1.peers.size + sse.peers.size + sparse.peers.size;
  }

  /** Whether a peer that gets every tick has joined. */
  get needsEveryTick(): boolean {
    return this.size > this.#groups.sparse.peers.size;
  }

  /** Number of people: v1 peers of one public id are one person, each plain peer is another. */
  get people(): number {
    return this.#groups.plain.peers.size + this.#persons.size;
  }

  /** The same as if a peer of the public id had joined. */
  peopleWith(id: string): number {
    return this.people + (this.#persons.has(id) ? 0 : 1);
  }

  /** Seq of the newest entry announced since the room was created; 0 if there was none. */
  get newestSeq(): Seq {
    return this.#newestSeq;
  }

  /** Whether no peer has joined or is joining. */
  get empty(): boolean {
    return this.size === 0 && this.joining === 0;
  }

  /**
   * Adds a peer. It gets what is announced from now on, and nothing that is queued.
   *
   * @param id public id of a v1 peer
   */
  add(peer: Peer, kind: SubscriberKind, id?: string): void {
    this.flush(NO_TICK);
    this.#groups[kind].add(peer);
    if (id !== undefined) this.#persons.set(id, (this.#persons.get(id) ?? 0) + 1);
  }

  /** Removes a peer, which was added with the same `id`. */
  delete(peer: Peer, id?: string): void {
    if (id !== undefined) {
      const left = (this.#persons.get(id) ?? 0) - 1;
      if (left > 0) this.#persons.set(id, left);
      else this.#persons.delete(id);
    }
    this.#groups.plain.delete(peer);
    this.#groups.v1.delete(peer);
    this.#groups.sse.delete(peer);
    this.#groups.sparse.delete(peer);
  }

  /** Queues a message for all peers. */
  announce(entry: Entry): void {
    this.#newestSeq = entry.seq;
    this.#stats.deliveries += this.size;
    if (this.#groups.plain.peers.size > 0) {
      this.#groups.plain.push(messageFrame(entry.text));
    }
    this.#pushV1(() => entryFrame(entry));
  }

  /** Queues the number of people if it has changed since the last call; returns whether it has. */
  broadcastPresence(): boolean {
    const n = this.people;
    if (n === this.#lastPresence) return false;
    this.#lastPresence = n;
    this.#pushV1(() => serverFrame('online', { n }));
    return true;
  }

  /** Sends the queued frames, and `tick`, which may be empty, to peers that get every tick. */
  flush(tick: EncodedTick): void {
    this.#groups.plain.flush(tick.websocket);
    this.#groups.v1.flush(tick.websocket);
    this.#groups.sse.flush(tick.sse);
    this.#groups.sparse.flush(NO_BYTES);
  }

  /** Queues a v1 frame for all v1 peers. Makes it once, and only if a v1 peer has joined. */
  #pushV1(makeFrame: () => OutboundFrame): void {
    const { v1, sse, sparse } = this.#groups;
    if (v1.peers.size + sse.peers.size + sparse.peers.size === 0) return;
    const frame = makeFrame();
    if (v1.peers.size > 0) v1.push(frame);
    if (sse.peers.size > 0) sse.push(frame);
    if (sparse.peers.size > 0) sparse.push(frame);
  }
}
