/**
 * What the client needs of a WebSocket: as much as the one of every browser and the one of `ws`
 * have in common.
 */
export interface Socket {
  send(text: string): void;
  close(): void;
  /** Cuts the connection without waiting for the other end, where that can be done (`ws`). */
  terminate?(): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: Closed) => void): void;
}

/** How a socket ended. */
export interface Closed {
  readonly code: number;
  /** What the other end said of it; nothing for a lost connection. */
  readonly reason?: string;
}

/** How frames travel: over a WebSocket, or as Server-Sent Events and requests. */
export type Transport = 'websocket' | 'events';

/** Opens a WebSocket to `url` and offers `protocols`. */
export type SocketConstructor = new (url: string, protocols: string[]) => Socket;
