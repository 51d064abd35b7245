import type { Socket } from 'node:net';
import { CLOSE, type CloseCode } from '../protocol/close-code.js';
import { newBeat, type Beat, type Pulse } from './heartbeat.js';
import { Intake, type IntakeLimits } from './intake.js';
import type { Ending, Stats } from './stats.js';
import { handleOf, writeNow, type Handle } from './write-now.js';

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

/**
 * A connection besides its socket, to which data frames go directly: as much of ws's WebSocket as a
 * peer looks at, so that other kinds of connection can be peers too.
 */
export interface Wire {
  /** As in the DOM: 1 while frames may be sent. */
  readonly readyState: number;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'ping', listener: (payload: Buffer) => void): unknown;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  on(event: 'close', listener: (code: number) => void): unknown;
  close(code: number, reason: string): void;
  terminate(): void;
  ping(): void;
  pong(payload: Buffer): void;
  pause(): void;
  resume(): void;
}

/** `readyState` of a wire that takes frames (WebSockets §3.1). */
const OPEN = 1;

/** What all peers of a server that have the same kind of connection share. */
export interface PeerOwner {
  readonly limits: PeerLimits;
  /** Texts as the bytes that stand for them on the socket. */
  encode(texts: readonly string[]): Buffer;
  /** A number that has grown whenever the other end has shown a sign of life. */
  lifeSign(socket: Socket): number;
  /** Where the bytes that a peer was sent by itself are counted, and those it was spared. */
  readonly stats: Pick<Stats, 'bytesOut'>;
  /** The newest tick frame, for a peer that has caught up after ticks were skipped. */
  newestTick(): Buffer;
  /** It takes no more frames. Called once for each. */
  onClosing(peer: Peer, ending: Ending): void;
  /** It is gone, closed with `code`. Called once for each. */
  onGone(peer: Peer, code: number): void;
  /** And all that it had sent was handled, or has had its time. Called once for each, after that. */
  onDone(peer: Peer): void;
}

/** What a connection means: makes sense of what a peer sends. */
export interface Session {
  /** A text message arrived, `heldMs` ago if its sender was over its rate. */
  onText(text: string, heldMs: number): void;
  /** The peer takes no more frames. */
  onClosing(): void;
}

const NOTHING = Buffer.alloc(0);

/** So long what a peer had sent too fast is still taken in, at its rate, when it has left. */
const LINGER_MS = 5000;

/**
 * The server's side of one connection. Data frames go straight to the socket; the handshake,
 * parsing, pings and closing are its wire's (ws, or an event stream). Nobody waits for a peer: one with unsent bytes lags, gets no
 * ticks until it has caught up, and is closed (4008) when its queue is full.
 */
export class Peer implements Pulse {
  /** The address of the other end. */
  readonly address: string;
  /** The heartbeat's own. */
  readonly beat: Beat = newBeat();
  readonly #ws: Wire;
  readonly #socket: Socket;
  readonly #handle: Handle | undefined;
  readonly #fd: number;
  readonly #owner: PeerOwner;
  #session: Session | undefined;
  /** Made when the first message comes: of many peers none ever does. */
  #intake: Intake | undefined;
  #closing = false;
  #lagging = false;
  #owesTick = false;
  #owedPong: Buffer | undefined;
  #lifeSign = 0;
  #onCaughtUp: (() => void) | undefined;

  constructor(ws: Wire, socket: Socket, address: string, owner: PeerOwner) {
    this.#ws = ws;
    this.#socket = socket;
    this.#handle = handleOf(socket);
    this.#fd = this.#handle?.fd ?? -1;
    this.address = address;
    this.#owner = owner;
    ws.on('message', this.#onMessage);
    ws.on('ping', this.#onPing);
    ws.on('error', this.#onError);
    ws.on('close', this.#onClose);
    this.#lagIfBehind(); // the answer to the handshake
  }

  /** Who handles what it sends. Until this is called nothing is. */
  begin(session: Session): void {
    this.#session = session;
  }

  /** Bytes that wait for it here: the kernel has not taken them yet. */
  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** Whether it takes frames. */
  get open(): boolean {
    return this.#ws.readyState === OPEN;
  }

  /** Sends a turn's frames, or what a lagging peer gets of them. Never blocks, never throws. */
  write(batch: Batch): void {
    // The path of nearly every write: with thousands of peers each object it looks at costs.
    if (!this.open) return;
    if (this.#lagging) return this.#writeLagging(batch);
    if (this.#owesTick && hasTick(batch)) this.#owesTick = false;
    const { all } = batch;
    const handle = this.#handle;
    const written = handle === undefined ? 0 : writeNow(this.#socket, handle, this.#fd, all);
    if (written < all.length) this.#writeRest(written === 0 ? all : all.subarray(written));
  }

  #writeRest(rest: Buffer): void {
    this.#socket.write(rest);
    this.#lagIfBehind();
  }

  /** Sends texts to this peer alone, each as a frame. */
  send(...texts: readonly string[]): void {
    const messages = this.#owner.encode(texts);
    this.#owner.stats.bytesOut += messages.length;
    this.write({ all: messages, messages });
  }

  /** Resolves when nothing waits to be sent to it, or it is gone. One caller at a time. */
  async caughtUp(): Promise<void> {
    if (!this.open || !this.#lagging) return;
    await new Promise<void>((resolve) => (this.#onCaughtUp = resolve));
  }

  /** Closes with a code and its reason. The peer gets no more frames and is no longer read. */
  close(why: CloseCode): void {
    if (this.#closing) return;
    this.#startClosing(why.code, 'server');
    this.#intake?.discard();
    this.#ws.close(why.code, why.reason);
  }

  /** Cuts the connection without a word. */
  terminate(): void {
    this.#intake?.discard();
    this.#ws.terminate();
  }

  /** Sends a ping (RFC 6455 §5.5.2). */
  ping(): void {
    if (!this.open) return;
    this.#ws.ping();
    this.#lagIfBehind();
  }

  /** Whether anything came from it since the last call, or it is not being read at all. */
  heard(): boolean {
    const lifeSign = this.#owner.lifeSign(this.#socket);
    const heard = lifeSign > this.#lifeSign || this.#intake?.holding === true;
    this.#lifeSign = lifeSign;
    return heard;
  }

  #writeLagging(batch: Batch): void {
    if (hasTick(batch)) this.#owesTick = true;
    this.#owner.stats.bytesOut -= batch.all.length - batch.messages.length;
    if (batch.messages.length === 0) return;
    const queue = this.#socket.writableLength + batch.messages.length;
    if (queue > this.#owner.limits.maxQueue) this.close(CLOSE.tooSlow);
    else this.#socket.write(batch.messages);
  }

  /** To be called after everything that was written through the stream, by ws too. */
  #lagIfBehind(): void {
    if (this.#lagging || this.#socket.writableLength === 0) return;
    this.#lagging = true;
    // 'drain' would come only after the stream's high-water mark was passed; the callback of an
    // empty write comes whenever all that stands before it has left.
    this.#socket.write(NOTHING, this.#onFlushed);
  }

  #onFlushed = (): void => {
    this.#lagging = false;
    if (this.open) {
      this.#lagIfBehind();
      if (this.#lagging) return;
      if (this.#owedPong !== undefined) this.#pong(this.#owedPong);
      if (this.#owesTick) this.#payTick(this.#owner.newestTick());
      this.#lagIfBehind();
      this.#owesTick = false;
    }
    this.#sayCaughtUp();
  };

  #payTick(tick: Buffer): void {
    this.#owner.stats.bytesOut += tick.length;
    this.#socket.write(tick);
  }

  #sayCaughtUp(): void {
    const onCaughtUp = this.#onCaughtUp;
    this.#onCaughtUp = undefined;
    onCaughtUp?.();
  }

  // With ws's default binaryType a message is one Buffer, however many fragments it came in.
  #onMessage = (data: Buffer, isBinary: boolean): void => {
    if (this.#closing) return;
    if (isBinary) return this.close(CLOSE.binary);
    this.#reading().text(data);
  };

  #onPing = (payload: Buffer): void => this.#reading().ping(payload);

  #reading(): Intake {
    this.#intake ??= new Intake(this.#owner.limits, this.#ws, {
      text: (text, heldMs) => this.#session?.onText(text, heldMs),
      ping: (payload) => this.#pong(payload),
    });
    return this.#intake;
  }

  /**
   * Answers a ping. A peer that doesn't read gets one answer, to its newest ping, when it has read
   * the rest (RFC 6455 §5.5.3 allows that), so that pings can't fill its queue.
   */
  #pong(payload: Buffer): void {
    if (!this.open) return;
    if (this.#lagging) {
      this.#owedPong = payload;
    } else {
      this.#owedPong = undefined;
      this.#ws.pong(payload);
      this.#lagIfBehind();
    }
  }

  #startClosing(code: number, by: Ending['by']): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#session?.onClosing();
    this.#owner.onClosing(this, { code, by });
  }

  /** ws closes the connection itself after an error (RFC 6455 §7.1.7), with the code that fits. */
  #onError = (error: NodeJS.ErrnoException): void => {
    this.#startClosing(codeOfError(error.code), 'server');
  };

  #onClose = (code: number): void => {
    this.#startClosing(code, 'client');
    this.#sayCaughtUp();
    this.#owner.onGone(this, code);
    const done = (): void => this.#owner.onDone(this);
    if (this.#intake === undefined) done();
    else this.#intake.finish(done, LINGER_MS);
  };
}

function hasTick(batch: Batch): boolean {
  return batch.messages.length < batch.all.length;
}

/** The close code that ws sends after an error: it keeps it under a symbol of its own. */
function codeOfError(code: string | undefined): number {
  switch (code) {
    case 'WS_ERR_INVALID_UTF8':
      return CLOSE.notUtf8.code;
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return CLOSE.tooBig.code;
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return CLOSE.policy.code;
    default:
      return CLOSE.malformed.code;
  }
}
