import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait for their answer on one connection: browsers don't pipeline at all. */
const MAX_PIPELINED = 8;

/** The requests that are being answered. */
export class Exchanges {
  readonly #bySocket = new WeakMap<Socket, number>();
  #underWay = 0;
  #onIdle: (() => void) | undefined;

  /** A request has come on `socket`; false if too many wait there for their answers already. */
  begin(socket: Socket, response: ServerResponse): boolean {
    const waiting = this.on(socket);
    if (waiting >= MAX_PIPELINED) return false;
    this.#bySocket.set(socket, waiting + 1);
    this.#underWay += 1;
    response.once('close', () => {
      this.#bySocket.set(socket, this.on(socket) - 1);
      whenTaken(socket, () => {
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#onIdle?.();
      });
    });
    return true;
  }

  /** How many are being answered on `socket`. */
  on(socket: Socket): number {
    return this.#bySocket.get(socket) ?? 0;
  }

  /** Resolves when none is being answered. */
  async idle(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }
}

/** Calls `done` when what was written to `socket` has left, but for a rest that the kernel takes. */
function whenTaken(socket: Socket, done: () => void): void {
  if (socket.destroyed || !socket.writableNeedDrain) return done();
  const once = (): void => {
    socket.off('drain', once).off('close', once);
    done();
  };
  socket.on('drain', once).on('close', once);
}
