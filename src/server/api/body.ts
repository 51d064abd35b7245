import type { IncomingMessage } from 'node:http';

/** The whole body of a request, or why there is none. */
export type Body =
  | { readonly ok: true; readonly bytes: Buffer }
  /** Over the limit; or the connection was lost, or too slow, before all of it had come. */
  | { readonly ok: false; readonly why: 'too large' | 'gone' };

/**
 * Reads a body of `limit` bytes at most. What comes beyond that is read and forgotten, so that the
 * client sees the answer. The server's `requestTimeout` ends a body that takes too long.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else settle({ ok: false, why: 'too large' });
    };
    const onEnd = (): void => settle({ ok: true, bytes: Buffer.concat(chunks) });
    const onClose = (): void => settle({ ok: false, why: 'gone' });
    const settle = (body: Body): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).resume();
      resolve(body);
    };
    if (request.destroyed) return settle({ ok: false, why: 'gone' }); // 'close' has been
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/** The text of a body; undefined if it isn't UTF-8 (RFC 3629). */
export function utf8In(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
