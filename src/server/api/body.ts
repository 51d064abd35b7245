import type { IncomingMessage } from 'node:http';
import { hasTooManyChunks, isChunked, stopParsing } from '../http/chunked-body.js';
import { refusal, type Refusal } from '../connection/handshake.js';

/** The whole body of a request, or why it is missing. */
export type Body =
  | { readonly ok: true; readonly bytes: Buffer }
  /** `gone`: the connection was lost or timed out before the body was complete. */
  | { readonly ok: false; readonly why: 'too large' | 'too many chunks' | 'gone' };

/**
 * Reads a body of up to `limit` bytes. More bytes are read and dropped, so that the client sees the
 * response; those of a chunked body unparsed. The server's `requestTimeout` ends a body that takes
 * too long.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const chunked = isChunked(request);
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > limit) settle({ ok: false, why: 'too large' });
      else if (chunked && hasTooManyChunks(chunks.length, length)) {
        settle({ ok: false, why: 'too many chunks' });
      }
    };
    const onEnd = (): void => settle({ ok: true, bytes: Buffer.concat(chunks) });
    const onClose = (): void => settle({ ok: false, why: 'gone' });
    const settle = (body: Body): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).resume();
      if (!body.ok && chunked) stopParsing(request);
      resolve(body);
    };
    if (request.destroyed) return settle({ ok: false, why: 'gone' }); // 'close' was emitted
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/** The refusal of a body that could not be read, if its client is still there. */
export function refusalOfBody(
  { why }: Extract<Body, { readonly ok: false }>,
  tooLarge: string,
): Refusal | undefined {
  if (why === 'gone') return undefined;
  if (why === 'too large') return refusal(413, tooLarge);
  return refusal(400, 'the body comes in too many small chunks; send it with a Content-Length');
}

/** The text of a body; undefined if it isn't UTF-8 (RFC 3629). */
export function utf8In(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
