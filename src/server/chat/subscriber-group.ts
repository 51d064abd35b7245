import type { Peer } from '../connection/peer.js';
import type { FrameEncoder, OutboundFrame, WriteBatch } from '../connection/transport.js';
import type { Stats } from '../ops/stats.js';
import type { TickTurns } from './tick-turns.js';

export const NO_BYTES: Buffer = Buffer.alloc(0);

/** Frames of the next flush, encoded once. */
class FrameQueue {
  readonly #encode: FrameEncoder;
  #frames: OutboundFrame[] = [];

  constructor(encode: FrameEncoder) {
    this.#encode = encode;
  }

  get empty(): boolean {
    return this.#frames.length === 0;
  }

  push(frame: OutboundFrame): void {
    this.#frames.push(frame);
  }

  /** Empties the queue. Returns the bytes of its frames. */
  take(): Buffer {
    if (this.empty) return NO_BYTES;
    const messages = this.#encode(this.#frames);
    this.#frames = [];
    return messages;
  }
}

/** The batch of `messages` with `tick` as its first frame. Either may be empty. */
function batchOf(tick: Buffer, messages: Buffer): WriteBatch {
  if (tick.length === 0) return { all: messages, messages };
  return { all: messages.length === 0 ? tick : Buffer.concat([tick, messages]), messages };
}

/** The peers of a room that get the same frames and every tick. */
export class SubscriberGroup {
  readonly peers = new Set<Peer>();
  readonly #queue: FrameQueue;
  readonly #stats: Stats;

  constructor(encode: FrameEncoder, stats: Stats) {
    this.#queue = new FrameQueue(encode);
    this.#stats = stats;
  }

  add(peer: Peer): void {
    this.peers.add(peer);
  }

  delete(peer: Peer): void {
    this.peers.delete(peer);
  }

  push(frame: OutboundFrame): void {
    this.#queue.push(frame);
  }

  /**
   * Sends the queued frames to every peer, and before them `tick`, which may be empty, to the peers
   * that are `due`.
   */
  flush(tick: Buffer, due: ReadonlySet<Peer> = this.peers): void {
    if (this.#queue.empty && (tick.length === 0 || due.size === 0)) return;
    const messages = this.#queue.take();
    const batch = batchOf(tick, messages);
    this.#stats.bytesOut += tick.length * due.size + messages.length * this.peers.size;
    for (const peer of due) peer.write(batch);
    if (due === this.peers || messages.length === 0) return;
    const others = batchOf(NO_BYTES, messages);
    for (const peer of this.peers) if (!due.has(peer)) peer.write(others);
  }
}

/** Turns of all peers with sparse ticks. */
export type SparseTurns = TickTurns<Peer, SparseGroup>;

/** The peers of a room that get the same frames, and a tick when it is their turn. */
export class SparseGroup extends SubscriberGroup {
  readonly #turns: SparseTurns;

  constructor(turns: SparseTurns, encode: FrameEncoder, stats: Stats) {
    super(encode, stats);
    this.#turns = turns;
  }

  override add(peer: Peer): void {
    super.add(peer);
    this.#turns.add(peer, this);
  }

  override delete(peer: Peer): void {
    super.delete(peer);
    this.#turns.delete(peer);
  }
}
