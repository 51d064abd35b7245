import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** The part of a TCP socket that Node doesn't document: the descriptor of its handle. */
interface WithHandle {
  readonly _handle?: { readonly fd?: number } | null;
}

/**
 * Writes to a socket on which nothing waits with one write(2), past Node's stream: for small frames
 * that costs more than the system call itself. Returns how many bytes the kernel took, 0 to all. The
 * rest is for the stream, which also finds out what was wrong when nothing could be written.
 *
 * 0 where there is no descriptor: TLS, Windows, a Node that keeps it elsewhere. It is asked for each
 * time: a socket drops its handle in the moment that it closes the descriptor, and the number is
 * soon another connection's.
 */
export function writeNow(socket: Socket, data: Buffer): number {
  // oxlint-disable-next-line no-underscore-dangle -- Node's name
  const fd = (socket as WithHandle)._handle?.fd;
  if (fd === undefined || fd < 0 || 'encrypted' in socket) return 0;
  try {
    return writeSync(fd, data);
  } catch {
    return 0; // EAGAIN: its buffer is full; anything else the stream will meet too
  }
}
