import { messageFrame } from '../protocol/frame.js';
import { serverFrame, type Message } from '../protocol/v1.js';
import type { Entry, Seq } from './log/log.js';
import type { Batch, Peer } from './peer.js';
import type { Stats } from './stats.js';
import { textFrames } from './websocket-frame.js';

/** What a client speaks: over a WebSocket, or tickchat.v1 as Server-Sent Events. */
export type Dialect = 'plain' | 'v1' | 'events';

/** Makes the bytes of texts. */
type Encode = (texts: readonly string[]) => Buffer;

/** A tick as each kind of connection gets it; or none. */
export interface TickBytes {
  readonly webSocket: Buffer;
  readonly events: Buffer;
}

const NO_FRAMES: Buffer = Buffer.alloc(0);

/** For a flush between two ticks. */
export const NO_TICK: TickBytes = { webSocket: NO_FRAMES, events: NO_FRAMES };

/** The peers of a room that get the same frames, and the frames that leave at the turn's end. */
class Audience {
  readonly peers = new Set<Peer>();
  readonly #encode: Encode;
  readonly #stats: Stats;
  #texts: string[] = [];

  constructor(encode: Encode, stats: Stats) {
    this.#encode = encode;
    this.#stats = stats;
  }

  push(text: string): void {
    this.#texts.push(text);
  }

  /** Sends `tick` and what waits, encoded once, to everybody. */
  flush(tick: Buffer): void {
    if (this.#texts.length === 0 && (tick.length === 0 || this.peers.size === 0)) return;
    const batch = this.#takeBatch(tick);
    this.#stats.bytesOut += batch.all.length * this.peers.size;
    for (const peer of this.peers) peer.write(batch);
  }

  #takeBatch(tick: Buffer): Batch {
    if (this.#texts.length === 0) return { all: tick, messages: NO_FRAMES };
    const messages = this.#encode(this.#texts);
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
  constructor(name: string, encodeEvents: Encode, stats: Stats) {
    this.name = name;
    this.#stats = stats;
    this.#audiences = {
      plain: new Audience(textFrames, stats),
      v1: new Audience(textFrames, stats),
      events: new Audience(encodeEvents, stats),
    };
  }

  /** How many peers that speak `dialect` are in it. */
  sizeOf(dialect: Dialect): number {
    return this.#audiences[dialect].peers.size;
  }

  /** How many peers are in it. */
  get size(): number {
    const { plain, v1, events } = this.#audiences;
    return plain.peers.size + v1.peers.size + events.peers.size;
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
    this.flush(NO_TICK);
    this.#audiences[dialect].peers.add(peer);
  }

  /** The peer gets nothing more. */
  delete(peer: Peer): void {
    this.#audiences.plain.peers.delete(peer);
    this.#audiences.v1.peers.delete(peer);
    this.#audiences.events.peers.delete(peer);
  }

  /** Queues a message for everybody, encoded once for each kind of client that is there. */
  announce(entry: Entry): void {
    this.#newestSeq = entry.seq;
    this.#stats.deliveries += this.size;
    if (this.#audiences.plain.peers.size > 0) {
      this.#audiences.plain.push(messageFrame(entry.text));
    }
    this.#pushV1(() => serverFrame('msg', messageOf(entry)));
  }

  /** Queues how many are here, if that has changed since it was said; false if it hasn't. */
  sayOnline(): boolean {
    const n = this.size;
    if (n === this.#onlineSaid) return false;
    this.#onlineSaid = n;
    this.#pushV1(() => serverFrame('online', { n }));
    return true;
  }

  /** Sends `tick`, which may be empty, and what waits. */
  flush(tick: TickBytes): void {
    this.#audiences.plain.flush(tick.webSocket);
    this.#audiences.v1.flush(tick.webSocket);
    this.#audiences.events.flush(tick.events);
  }

  /** Queues a frame of v1, made once if anybody is there for it. */
  #pushV1(frame: () => string): void {
    const { v1, events } = this.#audiences;
    if (v1.peers.size + events.peers.size === 0) return;
    const text = frame();
    if (v1.peers.size > 0) v1.push(text);
    if (events.peers.size > 0) events.push(text);
  }
}

/** An entry as v1 clients get it. */
export function messageOf({ seq, at, from, text, id }: Entry): Message {
  return { seq, at, from, text, id };
}
