import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Transport } from './transport.js';

/** A comment event: keeps the stream alive for proxies and the kernel. */
const COMMENT = ':\n\n';

/** How long a client may take to read an ended stream to its end, ms, before it is cut. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Close code of a connection that was lost without a close frame (RFC 6455 §7.4.1). */
const ABNORMAL = 1006;

const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/**
 * Number of bytes that left a socket through its stream. Pings go through the stream, so the number
 * grows while the client reads: the proof that a client which sends nothing is alive.
 */
export function bytesTaken(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
}

/**
 * The transport of an SSE stream: the body of a response that ends with its connection, so frames
 * go to the socket without chunked encoding. The client's texts come in separate requests, through
 * {@link receive}.
 */
export class SseTransport extends EventEmitter implements Transport {
  readonly #socket: Socket;
  readyState = OPEN;
  #code = ABNORMAL;
  #paused = false;
  #onResumed: (() => void) | undefined;
  #closeTimer: NodeJS.Timeout | undefined;

  /** @param socket the head of the response is written; no one else writes to the socket */
  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    // After a request that offers another protocol (curl's h2c) Node doesn't read the socket.
    if (socket.readableFlowing !== true) socket.resume();
    socket.once('end', () => this.terminate()); // else it stays half open
    socket.once('close', () => {
      this.readyState = CLOSED;
      clearTimeout(this.#closeTimer);
      this.emit('close', this.#code);
    });
  }

  /** Ends the stream with a `close` event that carries code and reason. */
  close(code: number, reason: string): void {
    if (this.readyState !== OPEN) return;
    this.readyState = CLOSING;
    this.#code = code;
    this.#socket.end(`event: close\ndata: ${JSON.stringify({ code, reason })}\n\n`);
    this.#closeTimer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
  }

  /** Cuts the connection. */
  terminate(): void {
    this.#socket.destroy();
  }

  /** Writes a comment. */
  ping(): void {
    this.#socket.write(COMMENT);
  }

  /** Does nothing: a client can't ping an SSE stream. */
  pong(): void {}

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#onResumed?.();
    this.#onResumed = undefined;
  }

  /**
   * Emits texts as messages of this connection. Resolves when the peer is not paused: at once,
   * unless it is over its rate. One caller at a time.
   */
  async receive(texts: readonly string[]): Promise<void> {
    for (const text of texts) this.emit('message', Buffer.from(text), false);
    if (this.#paused) await new Promise<void>((resolve) => (this.#onResumed = resolve));
  }
}
