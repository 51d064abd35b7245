/** The part of a WebSocket that the client uses: browsers and `ws` have it in common. */
export interface Socket {
  send(text: string): void;
  close(): void;
  /** Ends the connection without waiting for the server, where that is possible (`ws`). */
  terminate?(): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: Closed) => void): void;
}

/** How a socket closed. */
export interface Closed {
  readonly code: number;
  /** The server's reason; empty for a lost connection. */
  readonly reason?: string;
}

/** Transport of frames: a WebSocket, or Server-Sent Events and requests. */
export type Transport = 'websocket' | 'sse';

/** Opens a WebSocket to `url` and offers `protocols`. */
export type SocketConstructor = new (url: string, protocols: string[]) => Socket;
