import { CLOSE } from '../protocol/close-code.js';

/** Why a handshake was refused, as metrics and the log call it. */
export const REFUSAL_REASONS = [
  'handshake',
  'version',
  'origin',
  'room',
  'token',
  'draining',
  'full',
  'address_full',
] as const;

/** One of {@link REFUSAL_REASONS}. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What happened since start. Plain counters: whoever notices something counts it. */
export interface Stats {
  /** Connections taken in. */
  accepted: number;
  /** Handshakes refused. */
  refused: number;
  /** The same, by reason. */
  readonly refusals: Record<RefusalReason, number>;
  /** Messages taken into the log. */
  messages: number;
  /** Frames of clients that could not be accepted: empty, or the log failed. */
  dropped: number;
  /** Messages given to clients that were in the room when they were said, each client counted. */
  deliveries: number;
  /** Bytes of frames given to clients, written or queued. */
  bytesOut: number;
  /** Ticks emitted, and passed over. */
  ticks: number;
  skippedTicks: number;
  /** Clients that the server closed, by close code. */
  readonly closed: Record<number, number>;
  /** Clients that left or were lost, by close code: 1006 is lost, 0 any that has no meaning here. */
  readonly left: Record<number, number>;
}

/** What a client that leaves by itself says (RFC 6455 §7.4.1), or doesn't. */
const LEAVING = [0, 1000, 1001, 1005, 1006];

/** All zero. */
export function newStats(): Stats {
  return {
    accepted: 0,
    refused: 0,
    refusals: zeros(REFUSAL_REASONS),
    messages: 0,
    dropped: 0,
    deliveries: 0,
    bytesOut: 0,
    ticks: 0,
    skippedTicks: 0,
    closed: zeros(Object.values(CLOSE).map(({ code }) => code)),
    left: zeros(LEAVING),
  };
}

/** Counts a connection that has ended. A client may send any code: only those known are told apart. */
export function countEnd(stats: Stats, { code, by }: Ending): void {
  const counts = by === 'server' ? stats.closed : stats.left;
  const key = code in counts ? code : 0;
  counts[key] = (counts[key] ?? 0) + 1;
}

/** How a connection ended: with which close code, and who said so first. */
export interface Ending {
  readonly code: number;
  readonly by: 'server' | 'client';
}

function zeros<K extends string | number>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}
