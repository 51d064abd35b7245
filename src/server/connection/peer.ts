import type { Socket } from 'node:net';
import { CLOSE, type CloseCode } from '../../protocol/close-code.js';
import type { Ending } from '../ops/stats.js';
import { whenBehind } from './lag-detection.js';
import { cutIfItGoesOn } from './after-close.js';
import { closeCodeOfError } from './error-code.js';
import { newHeartbeatState, type HeartbeatState, type Monitored } from './heartbeat.js';
import { InboundThrottle } from './inbound-throttle.js';
import type { PeerContext } from './peer-context.js';
import { CLOSING, newLag, WRITABLE, type Lagging, type SendState } from './send-state.js';
import type { Session } from './session.js';
import { takeTextFrames, type TextReceiver } from './text-frames.js';
import { hasTick, OPEN, type OutboundFrame, type Transport, type WriteBatch } from './transport.js';
import { handleEvents, type TransportEvents } from './transport-events.js';
import { mostPayloadPast } from './ws-internals.js';
import { handleOf, readFirst, writeNow, type FirstReader, type Handle } from './node-internals.js';

/** Pongs between two visits of the heartbeat that need no budget: one ping is sent at most. */
const FREE_PONGS = 2;

/** How long a disconnected peer's backlog is still processed, ms. */
const LINGER_MS = 5000;

/**
 * The server's side of one connection. Data frames go straight to the socket, and whole text frames
 * come straight from it; everything else is its transport's (a WebSocket of ws, or an SSE stream).
 * No peer delays another: one with unsent bytes lags, skips ticks until its queue is empty, and is
 * closed (4008) when its queue is full.
 */
export class Peer implements Monitored, TransportEvents, FirstReader, TextReceiver {
  /** Client address. */
  readonly address: string;
  readonly heartbeat: HeartbeatState = newHeartbeatState();
  readonly #transport: Transport;
  readonly #socket: Socket;
  readonly #handle: Handle | undefined;
  readonly #fd: number;
  readonly #context: PeerContext<Peer>;
  #session: Session | undefined;
  /** Made at the first message: most peers of a large room never send one. */
  #throttle: InboundThrottle | undefined;
  #state: SendState = WRITABLE;
  #activity = 0;
  /** Pongs since the last visit of the heartbeat. */
  #pongs = 0;

  constructor(transport: Transport, socket: Socket, address: string, context: PeerContext<Peer>) {
    this.#transport = transport;
    this.#socket = socket;
    this.#handle = handleOf(socket);
    this.#fd = this.#handle?.fd ?? -1;
    this.address = address;
    this.#context = context;
    handleEvents(transport, this);
    if (mostPayloadPast(transport) >= 0) readFirst(socket, this.#handle, this);
    this.#checkBackpressure(); // the response to the handshake may be queued
  }

  /** Sets the session that handles what the client sends. Texts before that are dropped. */
  attach(session: Session): void {
    this.#session = session;
  }

  /** Bytes queued in this process, which the kernel has not taken yet. */
  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** Whether it takes frames. */
  get open(): boolean {
    return this.#transport.readyState === OPEN;
  }

  /** Sends a turn's frames, or what a lagging peer gets of them. Never blocks, never throws. */
  write(batch: WriteBatch): void {
    // The path of nearly every write: with thousands of peers each object it looks at costs.
    if (!this.open) return;
    if (this.#state !== WRITABLE) return this.#writeLagging(batch);
    const { all } = batch;
    const handle = this.#handle;
    const written = handle === undefined ? 0 : writeNow(this.#socket, handle, this.#fd, all);
    if (written === all.length) return;
    this.#socket.write(written === 0 ? all : all.subarray(written));
    this.#checkBackpressure();
  }

  /** Sends frames to this peer alone. */
  send(...frames: readonly OutboundFrame[]): void {
    const messages = this.#context.encode(frames);
    this.#context.stats.bytesOut += messages.length;
    this.write({ all: messages, messages });
  }

  /** Resolves when nothing is queued, or the peer is closing. One caller at a time. */
  async drained(): Promise<void> {
    if (this.#state === WRITABLE && this.#socket.writableLength > 0) this.#lag(newLag());
    const state = this.#state;
    if (!this.open || state.name !== 'lagging') return;
    await new Promise<void>((resolve) => (state.onDrained = resolve));
  }

  /** Reads nothing more until `relief` resolves. Does nothing while it waits already. */
  pauseReading(relief: Promise<void>): void {
    void this.#inbound().holdUntil(relief);
  }

  /** Closes with a code and its reason. The peer gets no more frames and is no longer read. */
  close(why: CloseCode): void {
    if (this.#state === CLOSING) return;
    this.#startClosing(why.code, 'server');
    this.#throttle?.discard();
    this.#transport.close(why.code, why.reason);
  }

  /** Cuts the connection without a close frame. */
  terminate(): void {
    this.#throttle?.discard();
    this.#transport.terminate();
  }

  /** Sends a ping (RFC 6455 §5.5.2). */
  ping(): void {
    if (!this.open) return;
    this.#transport.ping();
    this.#checkBackpressure();
  }

  /** Whether anything was received since the last call, or reading is paused. */
  isAlive(): boolean {
    const activity = this.#context.activity(this.#socket);
    const alive = activity > this.#activity || this.#throttle?.throttled === true;
    this.#activity = activity;
    this.#pongs = 0;
    return alive;
  }

  #writeLagging(batch: WriteBatch): void {
    if (this.#state.name !== 'lagging') return;
    if (hasTick(batch)) this.#state.tickPending = true;
    this.#context.stats.bytesOut -= batch.all.length - batch.messages.length;
    if (batch.messages.length === 0) return;
    const queue = this.#socket.writableLength + batch.messages.length;
    if (queue > this.#context.limits.maxQueue) this.close(CLOSE.tooSlow);
    else this.#socket.write(batch.messages);
  }

  /** Begins to lag if bytes stay queued. Must follow every write through the stream, ws's too. */
  #checkBackpressure(): void {
    if (this.#state !== WRITABLE) return;
    whenBehind(this.#socket, () => this.#state === WRITABLE && this.#lag(newLag()));
  }

  #lag(lagging: Lagging): void {
    this.#state = lagging;
    // 'drain' comes only after the stream's high-water mark was passed. The callback of an empty
    // write comes whenever all bytes before it have left.
    this.#socket.write('', this.#onFlushed);
  }

  #onFlushed = (): void => {
    const lagging = this.#state;
    if (lagging.name !== 'lagging') return;
    if (this.open && this.#socket.writableLength > 0) return this.#lag(lagging); // still behind
    this.#state = WRITABLE;
    if (this.open) {
      if (lagging.pendingPong !== undefined) this.#transport.pong(lagging.pendingPong);
      if (lagging.tickPending) {
        const tick = this.#context.newestTick();
        this.#context.stats.bytesOut += tick.length;
        this.#socket.write(tick);
      }
      this.#checkBackpressure();
    }
    lagging.onDrained();
  };

  // ws's default binaryType: a message is one Buffer, however many fragments it came in.
  onMessage(data: Buffer, isBinary: boolean): void {
    if (isBinary) this.close(CLOSE.binary);
    else this.receive(data.toString());
  }

  /** Takes the whole text messages at the beginning of what was read; the rest is for ws. */
  take(data: Buffer, size: number): number {
    if (!this.open) return 0;
    return takeTextFrames(data, size, mostPayloadPast(this.#transport), this);
  }

  receive(text: string): void {
    if (this.#state !== CLOSING) this.#inbound().text(text);
  }

  get reading(): boolean {
    return this.open && this.#throttle?.throttled !== true;
  }

  onPing(payload: Buffer): void {
    this.#inbound().ping(payload);
  }

  /** Pongs that answer pings are few, and cost no throttle. */
  onPong(): void {
    this.#pongs += 1;
    if (this.#pongs > FREE_PONGS) this.#inbound().control();
  }

  #inbound(): InboundThrottle {
    return (this.#throttle ??= new InboundThrottle(this.#context.limits, this.#transport, {
      text: (text, delayMs) => this.#session?.onText(text, delayMs),
      ping: (payload) => this.#pong(payload),
    }));
  }

  /**
   * Answers a ping. A lagging peer gets one pong, to its newest ping, when its queue is empty (RFC
   * 6455 §5.5.3 allows that), so that pings can't fill the queue.
   */
  #pong(payload: Buffer): void {
    if (!this.open) return;
    if (this.#state.name === 'lagging') {
      this.#state.pendingPong = payload;
    } else {
      this.#transport.pong(payload);
      this.#checkBackpressure();
    }
  }

  #startClosing(code: number, by: Ending['by']): void {
    const state = this.#state;
    if (state === CLOSING) return;
    this.#state = CLOSING;
    if (state.name === 'lagging') state.onDrained();
    this.#session?.onClosing();
    this.#context.onClosing(this, { code, by });
    if (by === 'server') cutIfItGoesOn(this.#socket);
  }

  /** After an error ws itself closes the connection with the code that fits (RFC 6455 §7.1.7). */
  onError(error: NodeJS.ErrnoException): void {
    this.#startClosing(closeCodeOfError(error.code), 'server');
  }

  onClose(code: number): void {
    this.#startClosing(code, 'client');
    this.#context.onClosed(this, code);
    if (this.#throttle === undefined) this.#context.onFinished(this);
    else this.#throttle.drain(() => this.#context.onFinished(this), LINGER_MS);
  }
}
