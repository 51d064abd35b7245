import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pushInSlices } from '../http/input-slices.js';

/** A TCP socket's handle with its file descriptor. Node doesn't document it. */
export interface Handle {
  readonly fd?: number;
  /** Makes the handle read into `buffer`: what `net.connect` with `onread` does. */
  useUserBuffer?(buffer: Buffer): void;
}

/** A socket by keys that Node doesn't document. */
type Keyed = Socket & Readonly<Record<symbol | string, Handle | null | undefined>>;

/**
 * The key of the handle, found at the first socket: all have the same. `_handle` is a getter for it
 * and costs a write 3 %.
 */
let handleKey: symbol | '_handle' | undefined;

function symbolOf(socket: Socket, name: string): symbol | undefined {
  return Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
}

/**
 * The handle of a socket that can be written to past its stream. Undefined for TLS, on Windows, for
 * a closed socket, and on a Node version that keeps the handle elsewhere.
 */
export function handleOf(socket: Socket): Handle | undefined {
  handleKey ??= symbolOf(socket, 'kHandle') ?? '_handle';
  const handle = (socket as Keyed)[handleKey] ?? undefined;
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
  if (handleKey === undefined || (socket as Keyed)[handleKey] !== handle) return 0;
  try {
    return writeSync(fd, data);
  } catch {
    return 0; // EAGAIN: its buffer is full; anything else the stream will meet too
  }
}

/** Gets what is read from a socket before its stream does. */
export interface FirstReader {
  /**
   * Takes bytes from the beginning of the first `size` bytes of `data`, which are another read's
   * after the call. Returns how many; the stream gets the others.
   */
  take(data: Buffer, size: number): number;
}

/** Size of a read, bytes: as large as Node's own. */
const READ_BYTES = 64 * 1024;

/** The reader of a socket that reads into the buffer of all. */
const READER = Symbol('reader');

type ReadSocket = Socket & { [READER]: FirstReader };

/** Keys of a socket under which it keeps the options `buffer` and `callback` of `onread`. */
interface OnReadKeys {
  readonly buffer: symbol;
  readonly callback: symbol;
}

/** Found at the first socket: all have the same. Null if they aren't there. */
let keys: OnReadKeys | null | undefined;
let readBuffer: Buffer | undefined;

/**
 * Gives `reader` what is read from a socket before its stream gets it. The socket reads into one
 * buffer that all of them share, where Node can do that; else each read is a buffer of its own.
 *
 * @param handle result of {@link handleOf}: where reads are synchronous, so that no two sockets use
 * the buffer at once. On Windows, where they aren't, it is undefined
 */
export function readFirst(socket: Socket, handle: Handle | undefined, reader: FirstReader): void {
  Object.assign(socket, { [READER]: reader });
  if (keys === undefined) keys = onReadKeysOf(socket);
  if (keys === null || typeof handle?.useUserBuffer !== 'function') {
    socket.push = pushRest;
  } else {
    readBuffer ??= Buffer.allocUnsafeSlow(READ_BYTES);
    handle.useUserBuffer(readBuffer);
    socket.pause = pauseStream;
    Object.assign(socket, { [keys.buffer]: readBuffer, [keys.callback]: onRead });
  }
}

function onReadKeysOf(socket: Socket): OnReadKeys | null {
  const buffer = symbolOf(socket, 'kBuffer');
  const callback = symbolOf(socket, 'kBufferCb');
  return buffer === undefined || callback === undefined ? null : { buffer, callback };
}

/** Node calls it with each read into the shared buffer. Returns whether to go on reading. */
function onRead(this: ReadSocket, size: number, data: Buffer): boolean {
  const taken = takenFrom(this, data, size);
  if (taken === size || this.destroyed) return true;
  const rest = Buffer.allocUnsafeSlow(size - taken);
  data.copy(rest, 0, taken, size);
  return this.push(rest);
}

/**
 * The `pause` of a socket that reads into the shared buffer. Node's own would stop the reads too,
 * so that the end of the connection was not seen before `resume`. This one lets some bytes wait in
 * the stream, as for any other socket.
 */
function pauseStream(this: Socket): Socket {
  return Readable.prototype.pause.call(this) as Socket;
}

/** Node calls it with each read in a buffer of its own, and with null at the end. */
function pushRest(this: ReadSocket, data: Buffer | null): boolean {
  if (data === null) return pushInSlices(this, null);
  const taken = takenFrom(this, data, data.length);
  return taken === data.length || this.destroyed || pushInSlices(this, data.subarray(taken));
}

/** Takes nothing while older bytes wait in the stream, or the socket is paused. */
function takenFrom(socket: ReadSocket, data: Buffer, size: number): number {
  return socket.readableLength > 0 || socket.isPaused() ? 0 : socket[READER].take(data, size);
}
