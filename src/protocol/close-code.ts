/** A client's reaction to a close code. */
export type AfterClose = 'reconnect' | 'stop';

/** One row of the table: the code on the wire (RFC 6455 §7.4), its reason, what a client does. */
export interface CloseCode {
  /** Name of the row, as the client library reports it. */
  readonly name: string;
  readonly code: number;
  readonly reason: string;
  readonly client: AfterClose;
}

/** Every code with which a tickchat server closes a connection. Codes from 4000 up are our own. */
export const CLOSE = {
  goingAway: {
    name: 'going_away',
    code: 1001,
    reason: 'server is going away',
    client: 'reconnect',
  },
  malformed: { name: 'malformed', code: 1002, reason: 'malformed frame', client: 'stop' },
  binary: { name: 'binary', code: 1003, reason: 'binary messages are not taken', client: 'stop' },
  notUtf8: { name: 'not_utf8', code: 1007, reason: 'text is not UTF-8', client: 'stop' },
  policy: { name: 'policy', code: 1008, reason: 'policy', client: 'stop' },
  tooBig: { name: 'too_big', code: 1009, reason: 'message over the size limit', client: 'stop' },
  protocol: {
    name: 'protocol',
    code: 4000,
    reason: 'repeated protocol errors',
    client: 'stop',
  },
  joinLate: { name: 'join_late', code: 4001, reason: 'no join in time', client: 'reconnect' },
  notAllowed: { name: 'not_allowed', code: 4003, reason: 'not allowed', client: 'stop' },
  tooSlow: {
    name: 'too_slow',
    code: 4008,
    reason: 'too slow: its queue is full',
    client: 'reconnect',
  },
} as const satisfies Record<string, CloseCode>;

/** Close code that an endpoint reports when it received no close frame (RFC 6455 §7.4.1). */
export const CONNECTION_LOST = 1006;

export type CloseRow = (typeof CLOSE)[keyof typeof CLOSE];

/** Name of a row of the table. */
export type CloseName = CloseRow['name'];

/** The row of `code`; undefined if the table has none. */
export function closeRow(code: number): CloseRow | undefined {
  return Object.values(CLOSE).find((row) => row.code === code);
}

/** The client's reaction to `code`; reconnect for an unknown one, such as 1006. */
export function afterClose(code: number): AfterClose {
  return closeRow(code)?.client ?? 'reconnect';
}
