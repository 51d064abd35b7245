import type { Socket } from 'node:net';

/**
 * Turns of the event loop in which TLS hands bytes to the kernel. It encrypts a write at once but
 * reports it a turn later, and writes what came meanwhile together after that.
 */
const TLS_TURNS = 3;

/** Unsent bytes of a TLS socket that are not waited for. */
const MOST_UNSENT = 64 * 1024;

/** TLS sockets whose unsent bytes are looked at in a later turn. */
const watched = new WeakSet<Socket>();

/**
 * Calls `onBehind` if the kernel does not take what was written to `socket`: the client reads too
 * slowly. A plain socket knows at once. A TLS socket has unsent bytes right after any write, so it
 * is looked at some turns of the event loop later.
 */
export function whenBehind(socket: Socket, onBehind: () => void): void {
  if (socket.writableLength === 0) return;
  if (!('encrypted' in socket) || socket.writableLength > MOST_UNSENT) return onBehind();
  if (watched.has(socket)) return;
  watched.add(socket);
  let turns = TLS_TURNS;
  const look = (): void => {
    turns -= 1;
    if (socket.writableLength > 0 && turns > 0) return void setImmediate(look);
    watched.delete(socket);
    if (socket.writableLength > 0) onBehind();
  };
  setImmediate(look);
}
