/**
 * A frame: one WebSocket text message, `verb:payload`, split at the first colon. The payload is
 * data: it may contain colons, markup, newlines, anything.
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

/** The text of a frame, as {@link parseFrame} reads it. */
export function frameText({ verb, payload }: Frame): string {
  return `${verb}:${payload}`;
}

/** `tick:N`: tick N has begun. The same for plain and v1 clients. */
export function tickFrame(n: number): Frame {
  return { verb: 'tick', payload: String(n) };
}

/** `msg:TEXT`: a message for plain clients. */
export function messageFrame(text: string): Frame {
  return { verb: 'msg', payload: text };
}
