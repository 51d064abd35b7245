import type { IncomingMessage, ServerResponse } from 'node:http';

/** Chunks that a body may have, whatever its length. */
const FREE_CHUNKS = 256;

/** Mean size of the chunks beyond {@link FREE_CHUNKS}, bytes. A chunk costs as much as a frame. */
const LEAST_MEAN_CHUNK = 64;

/** Whether the body comes in chunks (RFC 9112 §7.1). */
export function isChunked({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined;
}

/** Whether a body has so many chunks that parsing it costs far more than its bytes. */
export function hasTooManyChunks(chunks: number, bytes: number): boolean {
  return chunks > FREE_CHUNKS + bytes / LEAST_MEAN_CHUNK;
}

/**
 * Makes a request with a chunked body the last of its connection, and parses of the body only what
 * the handler reads: {@link stopParsing} drops the rest.
 */
export function guardChunkedBody(request: IncomingMessage, response: ServerResponse): void {
  if (!isChunked(request)) return;
  response.setHeader('Connection', 'close');
  request.socket.pause(); // reading the body resumes it
  response.prependOnceListener('finish', () => stopParsing(request));
}

/** Drops whatever else comes on the connection of `request`, unparsed. */
export function stopParsing({ socket }: IncomingMessage): void {
  socket.removeAllListeners('data').resume();
}
