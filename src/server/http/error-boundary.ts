import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { targetOf } from './request-target.js';
import { respondText } from './respond.js';

/** Handles a request. May throw or reject: the boundary answers then. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

/** Reports an error of a handler, with fields for the log that hold no secret. */
export type OnHandlerError = (error: unknown, fields: Readonly<Record<string, string>>) => void;

/**
 * Wraps a handler. A request whose handler throws or rejects is answered with 500; if the response
 * has begun, its connection is destroyed. The result never rejects.
 */
export function withErrorBoundary(
  handler: RequestHandler,
  onError: OnHandlerError,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      onError(error, fieldsOf(request, error));
      if (response.headersSent) response.destroy();
      else respondText(response, 500, 'internal server error', { Connection: 'close' });
    }
  };
}

/** Destroys the socket of a handshake that fails with an error. The result never rejects. */
export async function guardUpgrade(
  handshake: () => void | Promise<void>,
  request: IncomingMessage,
  socket: Socket,
  onError: OnHandlerError,
): Promise<void> {
  try {
    await handshake();
  } catch (error) {
    onError(error, fieldsOf(request, error));
    socket.destroy();
  }
}

/** The query may hold a token, and the third segment of a path the id of an SSE session. */
function fieldsOf(request: IncomingMessage, error: unknown): Readonly<Record<string, string>> {
  const path = targetOf(request).path.split('/').slice(0, 3).join('/');
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return { method: request.method ?? '', path, stack };
}
