import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Maximum number of pipelined requests on a connection; browsers don't pipeline at all. */
const MAX_PIPELINED = 8;

/** The requests that have no complete response yet. */
export class InFlightRequests {
  readonly #bySocket = new WeakMap<Socket, number>();
  #count = 0;
  #onIdle: (() => void) | undefined;

  /** Tracks a request on `socket`; false if too many wait there for their responses. */
  track(socket: Socket, response: ServerResponse): boolean {
    const waiting = this.countOn(socket);
    if (waiting >= MAX_PIPELINED) return false;
    this.#bySocket.set(socket, waiting + 1);
    this.#count += 1;
    response.once('close', () => {
      this.#bySocket.set(socket, this.countOn(socket) - 1);
      whenFlushed(socket, () => {
        this.#count -= 1;
        if (this.#count === 0) this.#onIdle?.();
      });
    });
    return true;
  }

  /** Number of requests on `socket` without a response. */
  countOn(socket: Socket): number {
    return this.#bySocket.get(socket) ?? 0;
  }

  /** Resolves when every request has its response. */
  async idle(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }
}

/** Calls `done` when the buffer of `socket` is below its high-water mark, or the socket closed. */
function whenFlushed(socket: Socket, done: () => void): void {
  if (socket.destroyed || !socket.writableNeedDrain) return done();
  const once = (): void => {
    socket.off('drain', once).off('close', once);
    done();
  };
  socket.on('drain', once).on('close', once);
}
