/** Reaction to a frame of the server that is neither a tick nor a message of the run. */
export interface Answer {
  /** The handshake of the dialect is complete: the client may send. */
  readonly ready?: boolean;
  /** Text to send back. */
  readonly reply?: string;
  /** First frame of the client when it comes back, instead of the greeting. */
  readonly resume?: string;
}

/**
 * The protocol of a server over WebSocket. tickchat's plain protocol is {@link plainDialect}. The
 * comparison with other servers has further dialects, each with its own worker module.
 */
export interface Dialect {
  /** Subprotocol to offer in the handshake. */
  readonly subprotocol?: string;
  /** First frame of a client, given its number in the run, on an open WebSocket. */
  greeting?(client: number): string;
  /** Request target of the handshake for a room, with a token if the server requires one. */
  target(path: string, room: string, token?: string): string;
  /** The text of the frame that sends message `text`. */
  wrap(text: string): string;
  /** Text before the number of a tick. */
  readonly tickPrefix: string;
  /** Whether a client may send as soon as the WebSocket is open. */
  readonly readyWhenOpen: boolean;
  /**
   * Handles the text of a frame that is neither a tick nor a message of the run.
   *
   * @param client number of the client in the run
   */
  onOther(text: string, client: number): Answer;
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
