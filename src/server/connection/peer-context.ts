import type { Socket } from 'node:net';
import type { Ending, Stats } from '../ops/stats.js';
import type { InboundLimits } from './inbound-throttle.js';
import type { FrameEncoder } from './transport.js';

/** Limits of one peer. */
export interface PeerLimits extends InboundLimits {
  /** Maximum number of bytes queued for a peer that reads too slowly. */
  readonly maxQueue: number;
}

/** Settings and callbacks shared by all peers of one transport. */
export interface PeerContext<Peer> {
  readonly limits: PeerLimits;
  readonly encode: FrameEncoder;
  /** A number that grows with everything received from the client. */
  activity(socket: Socket): number;
  /** Counts bytes sent to one peer alone, and ticks that a lagging peer skips. */
  readonly stats: Pick<Stats, 'bytesOut'>;
  /** The newest tick frame, for a peer that has skipped ticks. */
  newestTick(): Buffer;
  /** Called once, when the peer takes no more frames. */
  onClosing(peer: Peer, ending: Ending): void;
  /** Called once, when the connection is closed. */
  onClosed(peer: Peer, code: number): void;
  /** Called once, after onClosed, when all received frames are handled or LINGER_MS has passed. */
  onFinished(peer: Peer): void;
}
