import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** A TCP socket's handle, which Node doesn't document, and the descriptor in it. */
export interface Handle {
  readonly fd?: number;
}

/**
 * The handle of a socket that can be written to past its stream; undefined where there is none: TLS,
 * Windows, a socket that is closed, a Node that keeps it elsewhere.
 */
export function handleOf(socket: Socket): Handle | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- Node's name
  const handle = (socket as { readonly _handle?: Handle | null })._handle ?? undefined;
  return 'encrypted' in socket || (handle?.fd ?? -1) < 0 ? undefined : handle;
}

/**
 * Writes to a socket on which nothing waits with one write(2), past Node's stream: for small frames
 * that costs more than the system call itself. Returns how many bytes the kernel took, 0 to all. The
 * rest is for the stream, which also finds out what was wrong when nothing could be written.
 *
 * @param handle what {@link handleOf} gave, and `fd` its descriptor, when the connection came. A
 * socket drops its handle in the moment that it closes the descriptor, and the number may be
 * another connection's an instant later: hence the comparison.
 */
export function writeNow(socket: Socket, handle: Handle, fd: number, data: Buffer): number {
  // oxlint-disable-next-line no-underscore-dangle -- Node's name
  if ((socket as { readonly _handle?: Handle | null })._handle !== handle) return 0;
  try {
    return writeSync(fd, data);
  } catch {
    return 0; // EAGAIN: its buffer is full; anything else the stream will meet too
  }
}
