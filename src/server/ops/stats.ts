import { CLOSE } from '../../protocol/close-code.js';
import { HANDSHAKE_REASONS, type HandshakeReason } from '../../protocol/handshake.js';

/** Counters since start, incremented where the event happens. */
export interface Stats {
  /** Connections accepted. */
  accepted: number;
  /** Handshakes rejected. */
  refused: number;
  /** Handshakes rejected, by reason. */
  readonly refusals: Record<HandshakeReason, number>;
  /** Messages logged. */
  messages: number;
  /** Frames of clients that could not be accepted: empty, or the log failed. */
  dropped: number;
  /** Messages sent to clients in the room at that moment, counted once for each client. */
  deliveries: number;
  /** Bytes of frames sent to clients, written or queued. */
  bytesOut: number;
  /** Ticks emitted. */
  ticks: number;
  /** Ticks skipped. */
  skippedTicks: number;
  /** Clients that the server closed, by close code. */
  readonly closed: Record<number, number>;
  /** Connections closed by clients or lost, by close code: 1006 is lost, 0 any other code. */
  readonly left: Record<number, number>;
}

/** Connections and rooms at one moment. */
export interface ConnectionCounts {
  /** Connected peers that have joined a room, by protocol and transport. */
  readonly plain: number;
  readonly v1: number;
  readonly sse: number;
  /** Connected peers that have not joined a room yet. */
  readonly joining: number;
  /** Rooms with at least one peer that has joined or is joining. */
  readonly rooms: number;
  /** Bytes queued for clients that read too slowly. */
  readonly queuedBytes: number;
}

/** Close codes of client-initiated closes (RFC 6455 §7.4.1); 1005 and 1006: none was received. */
const CLIENT_CODES = [0, 1000, 1001, 1005, 1006];

/** All zero. */
export function newStats(): Stats {
  return {
    accepted: 0,
    refused: 0,
    refusals: zeros(HANDSHAKE_REASONS),
    messages: 0,
    dropped: 0,
    deliveries: 0,
    bytesOut: 0,
    ticks: 0,
    skippedTicks: 0,
    closed: zeros(Object.values(CLOSE).map(({ code }) => code)),
    left: zeros(CLIENT_CODES),
  };
}

/** Counts a connection that has ended. Unknown codes of clients count as 0. */
export function countEnd(stats: Stats, { code, by }: Ending): void {
  const counts = by === 'server' ? stats.closed : stats.left;
  const key = code in counts ? code : 0;
  counts[key] = (counts[key] ?? 0) + 1;
}

/** How a connection ended: the close code, and the side that closed. */
export interface Ending {
  readonly code: number;
  readonly by: 'server' | 'client';
}

function zeros<K extends string | number>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}
