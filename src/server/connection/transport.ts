import type { Frame } from '../../protocol/frame.js';

/** Meaning of a connection's frames: bare texts, or `tickchat.v1`. */
export type Protocol = 'plain' | 'v1';

/** Carrier of a connection's frames. Server-Sent Events carry v1 only. */
export type TransportName = 'websocket' | 'sse';

/** A frame on its way to clients. An encoder of the transport turns it into bytes. */
export interface OutboundFrame extends Frame {
  /** Seq of the log after which a client that has this frame resumes: the event id of SSE. */
  readonly seq?: number;
}

/** Encodes frames, in order, into the bytes of one transport. */
export type FrameEncoder = (frames: readonly OutboundFrame[]) => Buffer;

/** Bytes of one write: every frame of a flush, the tick first. */
export interface WriteBatch {
  /** All frames, the tick included. */
  readonly all: Buffer;
  /** The frames without the tick, for a lagging peer. May be empty. */
  readonly messages: Buffer;
}

/** Whether a batch begins with a tick. */
export function hasTick({ all, messages }: WriteBatch): boolean {
  return messages.length < all.length;
}

/**
 * The control side of a connection; data frames go to its socket directly. It is the part of ws's
 * WebSocket that a peer uses, so that an SSE stream can be a transport too.
 */
export interface Transport {
  /** As in the DOM: 1 while frames may be sent. */
  readonly readyState: number;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'ping', listener: (payload: Buffer) => void): unknown;
  on(event: 'pong', listener: () => void): unknown;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  on(event: 'close', listener: (code: number) => void): unknown;
  close(code: number, reason: string): void;
  terminate(): void;
  ping(): void;
  pong(payload: Buffer): void;
  pause(): void;
  resume(): void;
}

/** `readyState` of a transport that takes frames (WebSockets Standard §3.1). */
export const OPEN = 1;
