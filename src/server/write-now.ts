import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** The part of a TCP socket that Node doesn't document: the descriptor of its handle. */
interface WithHandle {
  readonly _handle?: { readonly fd?: number } | null;
}

/**
 * Descriptor of a plain TCP socket that can be written to directly; undefined where there is none:
 * TLS, Windows, a socket that is gone, a Node that keeps it elsewhere.
 */
export function descriptorOf(socket: Socket): number | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- Node's name
  const fd = (socket as WithHandle)._handle?.fd;
  return fd !== undefined && fd >= 0 && socket.constructor.name === 'Socket' ? fd : undefined;
}

/**
 * Writes to a socket nothing waits on, with one write(2), past Node's stream: for small frames that
 * costs more than the system call itself. Returns how many bytes the kernel took, 0 to all; the rest
 * is for the stream, which also finds out what was wrong when nothing could be written.
 */
export function writeNow(fd: number, data: Buffer): number {
  try {
    return writeSync(fd, data);
  } catch {
    return 0; // EAGAIN: its buffer is full; anything else the stream will meet too
  }
}
