import { messageFrame } from '../protocol/frame.js';
import { serverFrame, type Message } from '../protocol/v1.js';
import type { Entry, Seq } from './log/log.js';
import type { Batch, Peer } from './peer.js';
import type { Stats } from './stats.js';
import { textFrames } from './websocket-frame.js';

/** What a client speaks. */
export type Dialect = 'plain' | 'v1';

const NO_FRAMES: Buffer = Buffer.alloc(0);

/** The peers of a room that get the same frames, and the frames that leave at the turn's end. */
class Audience {
  readonly peers = new Set<Peer>();
  readonly #stats: Stats;
  #texts: string[] = [];

  constructor(stats: Stats) {
    this.#stats = stats;
  }

  push(text: string): void {
    this.#texts.push(text);
  }

  /** Sends `tick` and what waits, encoded once, to everybody. */
  flush(tick: Buffer): void {
    if (this.#texts.length === 0 && tick.length === 0) return;
    const batch = this.#takeBatch(tick);
    this.#stats.bytesOut += batch.all.length * this.peers.size;
    for (const peer of this.peers) peer.write(batch);
  }

  #takeBatch(tick: Buffer): Batch {
    if (this.#texts.length === 0) return { all: tick, messages: NO_FRAMES };
    const messages = textFrames(this.#texts);
    this.#texts = [];
    if (tick.length === 0) return { all: messages, messages };
    return { all: Buffer.concat([tick, messages]), messages };
  }
}

/** A conversation while somebody is in it, or on the way in. */
export class Room {
  readonly name: string;
  readonly #stats: Stats;
  readonly #audiences: Readonly<Record<Dialect, Audience>>;
  #newestSeq: Seq = 0;
  #onlineSaid = 0;
  /** Peers on the way in: they read the log until they have caught up with the room. */
  arriving = 0;

  /** @param stats where what is sent is counted */
  constructor(name: string, stats: Stats) {
    this.name = name;
    this.#stats = stats;
    this.#audiences = { plain: new Audience(stats), v1: new Audience(stats) };
  }

  /** How many peers that speak `dialect` are in it. */
  sizeOf(dialect: Dialect): number {
    return this.#audiences[dialect].peers.size;
  }

  /** How many peers are in it. */
  get size(): number {
    return this.#audiences.plain.peers.size + this.#audiences.v1.peers.size;
  }

  /** Seq of the newest entry that was announced while the room was awake; 0 if none was. */
  get newestSeq(): Seq {
    return this.#newestSeq;
  }

  /** Whether nobody needs it any more. */
  get empty(): boolean {
    return this.size === 0 && this.arriving === 0;
  }

  /** From here on the peer gets what is announced; what waits to be sent it has got already. */
  add(peer: Peer, dialect: Dialect): void {
    this.flush(NO_FRAMES);
    this.#audiences[dialect].peers.add(peer);
  }

  /** The peer gets nothing more. */
  delete(peer: Peer): void {
    this.#audiences.plain.peers.delete(peer);
    this.#audiences.v1.peers.delete(peer);
  }

  /** Queues a message for everybody, encoded once for each kind of client that is there. */
  announce(entry: Entry): void {
    this.#newestSeq = entry.seq;
    this.#stats.deliveries += this.size;
    const { plain, v1 } = this.#audiences;
    if (plain.peers.size > 0) plain.push(messageFrame(entry.text));
    if (v1.peers.size > 0) v1.push(serverFrame('msg', messageOf(entry)));
  }

  /** Queues how many are here, if that has changed since it was said; false if it hasn't. */
  sayOnline(): boolean {
    const n = this.size;
    if (n === this.#onlineSaid) return false;
    this.#onlineSaid = n;
    this.#audiences.v1.push(serverFrame('online', { n }));
    return true;
  }

  /** Sends `tick`, which may be empty, and what waits. */
  flush(tick: Buffer): void {
    this.#audiences.plain.flush(tick);
    this.#audiences.v1.flush(tick);
  }
}

/** An entry as v1 clients get it. */
export function messageOf({ seq, at, from, text, id }: Entry): Message {
  return { seq, at, from, text, id };
}
