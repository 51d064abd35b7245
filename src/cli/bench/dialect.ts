/** What a frame of the server that is neither a tick nor one of our messages asks for. */
export interface Answer {
  /** The handshake of the dialect is through: the client may send. */
  readonly ready?: boolean;
  /** Text to send back. */
  readonly reply?: string;
}

/**
 * How a server is spoken to over WebSocket. tickchat's own is {@link plainDialect}; a comparison
 * with other servers brings others, each with a worker of its own.
 */
export interface Dialect {
  /** Offered in the handshake. */
  readonly subprotocol?: string;
  /** What a client sends as soon as the WebSocket is open, before anything else. */
  readonly greeting?: string;
  /** Request target of the handshake for a room, with a token for a server that asks for one. */
  target(path: string, room: string, token?: string): string;
  /** The text of the frame that sends message `text`. */
  wrap(text: string): string;
  /** What stands before the number of a tick. */
  readonly tickPrefix: string;
  /** Whether a client may send as soon as the WebSocket is open. */
  readonly readyWhenOpen: boolean;
  /** Called with the text of a frame that is neither a tick nor one of our messages. */
  onOther(text: string): Answer;
}

const NOTHING: Answer = {};

/** The plain protocol: `tick:N`, `msg:TEXT`, and the whole frame is the message. */
export const plainDialect: Dialect = {
  target: (path, room, token) => {
    const query = `room=${encodeURIComponent(room)}`;
    return `${path}?${token === undefined ? query : `${query}&token=${encodeURIComponent(token)}`}`;
  },
  wrap: (text) => text,
  tickPrefix: 'tick:',
  readyWhenOpen: true,
  onOther: () => NOTHING,
};
