/**
 * The four timestamps of one probe, ms: sent and received by the local clock (`t0`, `t3`), received
 * and answered by the server's (`t1`, `t2`). The local clock must be monotonic: `performance.now`,
 * not the wall clock.
 */
export interface Exchange {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
}

/** Bounds of the offset (server time minus local time) from one exchange, all in ms. */
export interface Bounds {
  /** Local times between which the bounds hold. */
  readonly from: number;
  readonly to: number;
  /** The offset isn't below this: the answer didn't arrive before it was sent (Cristian 1989). */
  readonly earliest: number;
  /** The offset isn't above this: the probe didn't arrive before it was sent (Cristian 1989). */
  readonly latest: number;
  /** Time spent on the network, both ways together (RFC 5905 §8). */
  readonly delay: number;
}

/** Computes the bounds of an exchange. */
export function boundsOf({ t0, t1, t2, t3 }: Exchange): Bounds {
  const earliest = t2 - t3;
  const latest = t1 - t0;
  return { from: t0, to: t3, earliest, latest, delay: latest - earliest };
}
