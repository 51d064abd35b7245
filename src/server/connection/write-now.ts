import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** A TCP socket's handle with its file descriptor. Node doesn't document it. */
export interface Handle {
  readonly fd?: number;
}

/**
 * The handle of a socket that can be written to past its stream. Undefined for TLS, on Windows, for
 * a closed socket, and on a Node version that keeps the handle elsewhere.
 */
export function handleOf(socket: Socket): Handle | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- Node's name
  const handle = (socket as { readonly _handle?: Handle | null })._handle ?? undefined;
  return 'encrypted' in socket || (handle?.fd ?? -1) < 0 ? undefined : handle;
}

/**
 * Writes to a socket with an empty queue by one write(2), past Node's stream, which for small
 * frames costs more than the system call itself. Returns the number of bytes that the kernel took,
 * 0 to all. The caller gives the rest to the stream, which also reports the error if there is one.
 *
 * @param handle result of {@link handleOf} when the connection was accepted. A socket drops its
 * handle at the moment it closes the descriptor, and another connection may get the same descriptor
 * right after; hence the comparison.
 * @param fd the descriptor of `handle`
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
