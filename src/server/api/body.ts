import type { IncomingMessage } from 'node:http';

/** The text of a request, or the status and the reason with which it is refused. */
export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly status: number; readonly why: string };

/**
 * Reads the body of a request, as UTF-8 of at most `limit` bytes. The HTTP server's own deadline cuts
 * one that comes too slowly. Never rejects.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (status: number, why: string): void => resolve({ ok: false, status, why });
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else refuse(413, `a body takes up to ${limit} bytes`);
    });
    request.on('error', () => refuse(400, 'the request was broken off'));
    request.on('close', () => refuse(400, 'the request was broken off')); // no effect after its end
    request.on('end', () => {
      try {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
        resolve({ ok: true, text });
      } catch {
        refuse(400, 'the body is not UTF-8');
      }
    });
  });
}
