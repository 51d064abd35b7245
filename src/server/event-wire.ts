import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Wire } from './peer.js';

/** A line that says nothing: proxies and the kernel see that the stream lives. */
const COMMENT = ':\n\n';

/** How long a stream that was ended may take to be read to its end, ms, before it is cut. */
const CLOSE_TIMEOUT_MS = 10_000;

/** No close frame: the connection was lost (RFC 6455 §7.4.1). */
const ABNORMAL = 1006;

const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/**
 * How many bytes of what went through its stream a socket has got rid of. Comment lines do, so this
 * grows while the other end takes anything: the sign of life of a client that has nothing to send.
 */
export function bytesTaken(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
}

/**
 * A peer's connection as a stream of Server-Sent Events: the body of a response that ends with its
 * connection, so that bytes go to the socket as they are. What the client says comes in requests of
 * its own, through {@link receive}.
 */
export class EventWire extends EventEmitter implements Wire {
  readonly #socket: Socket;
  readyState = OPEN;
  #code = ABNORMAL;
  #paused = false;
  #onResumed: (() => void) | undefined;
  #closeTimer: NodeJS.Timeout | undefined;

  /** @param socket on which the head of the response was written, and nothing else will be */
  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    // A request that offered another protocol (curl's h2c) leaves a socket that nobody reads.
    if (socket.readableFlowing !== true) socket.resume();
    socket.once('end', () => this.terminate()); // and one that stays half open
    socket.once('close', () => {
      this.readyState = CLOSED;
      clearTimeout(this.#closeTimer);
      this.emit('close', this.#code);
    });
  }

  /** Ends the stream with an event that says why. */
  close(code: number, reason: string): void {
    if (this.readyState !== OPEN) return;
    this.readyState = CLOSING;
    this.#code = code;
    this.#socket.end(`event: close\ndata: ${JSON.stringify({ code, reason })}\n\n`);
    this.#closeTimer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
  }

  terminate(): void {
    this.#socket.destroy();
  }

  ping(): void {
    this.#socket.write(COMMENT);
  }

  /** Never asked for: nobody can ping an event stream. */
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
   * Takes texts as if they had come over the connection. Resolves when the peer would read on: at
   * once, unless it is over its rate. One caller at a time.
   */
  async receive(texts: readonly string[]): Promise<void> {
    for (const text of texts) this.emit('message', Buffer.from(text), false);
    if (this.#paused) await new Promise<void>((resolve) => (this.#onResumed = resolve));
  }
}
