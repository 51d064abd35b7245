/**
 * One WebSocket text message is one frame: `verb:payload`, split at the first colon only.
 * The payload is data: it may hold colons, markup, newlines, anything.
 */
export interface Frame {
  readonly verb: string;
  readonly payload: string;
}

/** The frame in `text`, or undefined when there is no colon to split at. */
export function parseFrame(text: string): Frame | undefined {
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  return { verb: text.slice(0, colon), payload: text.slice(colon + 1) };
}

/** `tick:N`: tick N has begun. The same frame for every kind of client. */
export function tickFrame(n: number): string {
  return `tick:${n}`;
}

/** What stands before the text of a message sent to a plain client. */
export const MESSAGE_PREFIX = 'msg:';

/** `msg:TEXT`: a message, as a plain client gets it. */
export function messageFrame(text: string): string {
  return MESSAGE_PREFIX + text;
}
