/**
 * The four timestamps of one probe, ms: sent and received by the local clock (`t0`, `t3`), received
 * and answered by the server's (`t1`, `t2`). The local clock must be monotonic: `performance.now`,
 * not the wall clock.
 *
 * The offset (server time less local time) isn't above `t1 - t0`: the probe didn't arrive before it
 * was sent. It isn't below `t2 - t3`: neither did the answer (Cristian 1989).
 */
export interface Exchange {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
}

/** Time that an exchange spent on the network, both ways together, ms (RFC 5905 §8). */
export function delayOf({ t0, t1, t2, t3 }: Exchange): number {
  return t3 - t0 - (t2 - t1);
}
