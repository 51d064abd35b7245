/**
 * The four timestamps of one probe, ms: sent and received by the local clock (`t0`, `t3`), received
 * and answered by the server's (`t1`, `t2`). The local clock may begin anywhere, but must not go
 * back: `performance.now`, not the wall clock.
 */
export interface Exchange {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
}

/**
 * How far the server's clock is ahead of the local one, ms, if both ways took equally long
 * (RFC 5905 §8). However unequal they are, it is wrong by {@link delayOf} / 2 at most.
 */
export function offsetOf(exchange: Exchange): number {
  return (earliestOffset(exchange) + latestOffset(exchange)) / 2;
}

/** Time spent on the network, both ways together, ms (RFC 5905 §8). */
export function delayOf({ t0, t1, t2, t3 }: Exchange): number {
  return t3 - t0 - (t2 - t1);
}

/** The offset can't be below this: the answer didn't arrive before it was sent (Cristian 1989). */
export function earliestOffset({ t2, t3 }: Exchange): number {
  return t2 - t3;
}

/** The offset can't be above this: the probe didn't arrive before it was sent (Cristian 1989). */
export function latestOffset({ t0, t1 }: Exchange): number {
  return t1 - t0;
}
