import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { CLOSE, type CloseCode } from '../protocol/close-code.js';
import { Intake, type IntakeLimits } from './intake.js';

/** What leaves in one write: every frame of a turn of the event loop, the tick first. */
export interface Batch {
  /** All frames, the tick included. */
  readonly all: Buffer;
  /** The frames without the tick: what a lagging peer still gets. May be empty. */
  readonly messages: Buffer;
}

/** What a peer may cost. */
export interface PeerLimits extends IntakeLimits {
  /** Bytes that may wait for a peer that reads too slowly. */
  readonly maxQueue: number;
}

/** What a peer tells its owner. */
export interface PeerEvents {
  /** The text of a message arrived. */
  onText(text: string): void;
  /** Asks for the newest tick frame, for a peer that has caught up after ticks were skipped. */
  newestTick(): Buffer;
  /** It takes no more frames. Called once. */
  onClosing(): void;
  /** It is gone, closed with `code`, and all that it had sent was handled. Called once. */
  onGone(code: number): void;
}

const NOTHING = Buffer.alloc(0);

/**
 * The server's side of one connection. Data frames go straight to the socket; the handshake,
 * parsing, pings and closing are ws's. Nobody waits for a peer: one with unsent bytes lags, gets no
 * ticks until it has caught up, and is closed (4008) when its queue is full.
 */
export class Peer {
  /** Name of the room it is in. */
  readonly room: string;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #maxQueue: number;
  readonly #events: PeerEvents;
  readonly #intake: Intake;
  #closing = false;
  #lagging = false;
  #owesTick = false;
  #owedPong: Buffer | undefined;
  #bytesHeard = 0;

  constructor(room: string, ws: WebSocket, socket: Socket, limits: PeerLimits, events: PeerEvents) {
    this.room = room;
    this.#ws = ws;
    this.#socket = socket;
    this.#maxQueue = limits.maxQueue;
    this.#events = events;
    this.#intake = new Intake(limits, ws);
    ws.on('message', this.#onMessage);
    ws.on('ping', this.#onPing);
    ws.on('error', ignoreError);
    ws.on('close', this.#onClose);
  }

  /** Sends a turn's frames, or what a lagging peer gets of them. Never blocks, never throws. */
  write(batch: Batch): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (this.#socket.writableLength > 0) return this.#writeLagging(batch);
    if (hasTick(batch)) this.#owesTick = false;
    this.#socket.write(batch.all);
    if (this.#socket.writableLength > 0) this.#startLagging();
  }

  /** Closes with a code and its reason. The peer gets no more frames and is no longer read. */
  close(why: CloseCode): void {
    if (this.#closing) return;
    this.#startClosing();
    this.#intake.discard();
    this.#ws.close(why.code, why.reason);
  }

  /** Cuts the connection without a word. */
  terminate(): void {
    this.#intake.discard();
    this.#ws.terminate();
  }

  /** Sends a ping (RFC 6455 §5.5.2). */
  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  /** Whether anything came from it since the last call, or it is not being read at all. */
  heard(): boolean {
    const { bytesRead } = this.#socket;
    const heard = bytesRead > this.#bytesHeard || this.#intake.holding;
    this.#bytesHeard = bytesRead;
    return heard;
  }

  #writeLagging(batch: Batch): void {
    this.#startLagging();
    if (hasTick(batch)) this.#owesTick = true;
    if (batch.messages.length === 0) return;
    const queue = this.#socket.writableLength + batch.messages.length;
    if (queue > this.#maxQueue) this.close(CLOSE.tooSlow);
    else this.#socket.write(batch.messages);
  }

  #startLagging(): void {
    if (this.#lagging) return;
    this.#lagging = true;
    // 'drain' would come only after the stream's high-water mark was passed; the callback of an
    // empty write comes whenever all that stands before it has left.
    this.#socket.write(NOTHING, this.#onFlushed);
  }

  #onFlushed = (): void => {
    this.#lagging = false;
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (this.#socket.writableLength > 0) return this.#startLagging();
    if (this.#owedPong !== undefined) this.#pong(this.#owedPong);
    if (this.#owesTick) this.#socket.write(this.#events.newestTick());
    this.#owesTick = false;
  };

  // With ws's default binaryType a message is one Buffer, however many fragments it came in.
  #onMessage = (data: Buffer, isBinary: boolean): void => {
    if (this.#closing) return;
    if (isBinary) return this.close(CLOSE.binary);
    const handle = () => this.#events.onText(data.toString());
    if (this.#intake.admits()) handle();
    else this.#intake.hold(handle);
  };

  #onPing = (payload: Buffer): void => {
    if (this.#intake.admits()) this.#pong(payload);
    else this.#intake.hold(() => this.#pong(payload));
  };

  /**
   * Answers a ping. A peer that doesn't read gets one answer, to its newest ping, when it has read
   * the rest (RFC 6455 §5.5.3 allows that), so that pings can't fill its queue.
   */
  #pong(payload: Buffer): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (this.#socket.writableLength > 0) {
      this.#owedPong = payload;
      this.#startLagging();
    } else {
      this.#owedPong = undefined;
      this.#ws.pong(payload);
    }
  }

  #startClosing(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#events.onClosing();
  }

  #onClose = (code: number): void => {
    this.#startClosing();
    this.#intake.whenIdle(() => this.#events.onGone(code));
  };
}

function hasTick(batch: Batch): boolean {
  return batch.messages.length < batch.all.length;
}

/** ws closes the connection itself after an error (RFC 6455 §7.1.7), with the code that fits. */
function ignoreError(): void {}
