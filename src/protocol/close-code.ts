/** What a client does after a connection was closed with a code. */
export type AfterClose = 'reconnect' | 'stop';

/** One row of the table: the code on the wire (RFC 6455 §7.4), its reason, what a client does then. */
export interface CloseCode {
  readonly code: number;
  readonly reason: string;
  readonly client: AfterClose;
}

/** Every code with which a tickchat server closes a connection. Codes from 4000 up are our own. */
export const CLOSE = {
  goingAway: { code: 1001, reason: 'server is going away', client: 'reconnect' },
  malformed: { code: 1002, reason: 'malformed frame', client: 'stop' },
  binary: { code: 1003, reason: 'binary messages are not taken', client: 'stop' },
  notUtf8: { code: 1007, reason: 'text is not UTF-8', client: 'stop' },
  policy: { code: 1008, reason: 'policy', client: 'stop' },
  tooBig: { code: 1009, reason: 'message over the size limit', client: 'stop' },
  protocol: { code: 4000, reason: 'no join in time, or repeated protocol errors', client: 'stop' },
  notAllowed: { code: 4003, reason: 'not allowed', client: 'stop' },
  tooSlow: { code: 4008, reason: 'too slow: its queue is full', client: 'reconnect' },
} as const satisfies Record<string, CloseCode>;

/** A row's name in the table. */
export type CloseName = keyof typeof CLOSE;

/** The name under which `code` stands in the table; undefined if it doesn't. */
export function closeName(code: number): CloseName | undefined {
  return (Object.keys(CLOSE) as CloseName[]).find((name) => CLOSE[name].code === code);
}

/** What a client does after `code`: an unknown code (a lost link is 1006) means reconnect. */
export function afterClose(code: number): AfterClose {
  const name = closeName(code);
  return name === undefined ? 'reconnect' : CLOSE[name].client;
}
