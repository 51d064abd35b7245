import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

/**
 * Maximum size of what is parsed at once, bytes. Node reads up to 64 KB, in which there is room for
 * 10,000 frames, or chunks of a body, of a few bytes each: tens of ms of work.
 */
export const SLICE_BYTES = 2048;

/**
 * Hands what is read from `socket` to its parser in slices. After each slice a parser that has
 * paused or destroyed the socket gets no more of what was read with it.
 */
export function readInSlices(socket: Socket): void {
  // A listener makes Node's HTTP parser read from the stream, not from the handle below it.
  socket.on('data', ignore).off('data', ignore);
  socket.push = pushSlices; // one function for all: a closure would cost each client memory
}

function pushSlices(this: Readable, read: Buffer | null): boolean {
  return pushInSlices(this, read);
}

/** Pushes what was read in slices; null is the end. Returns whether the stream wants more. */
export function pushInSlices(stream: Readable, read: Buffer | null): boolean {
  if (read === null || read.length <= SLICE_BYTES)
    return Readable.prototype.push.call(stream, read);
  let wantsMore = true;
  for (let at = 0; at < read.length && !stream.destroyed; at += SLICE_BYTES) {
    wantsMore = Readable.prototype.push.call(stream, read.subarray(at, at + SLICE_BYTES));
  }
  return wantsMore;
}

function ignore(): void {}
