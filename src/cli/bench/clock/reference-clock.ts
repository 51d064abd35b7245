import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Settings of the probes. */
export interface Probing {
  /** Number of probes, of which the fastest counts. */
  readonly probes: number;
  /** Time from an answer to the next probe, ms. */
  readonly apartMs: number;
  /** Token, for a server that requires one. */
  readonly token?: string | undefined;
  /** Ends the probes early, once {@link MIN_PROBES} are answered. */
  readonly signal?: AbortSignal | undefined;
}

/** Fewest probes whose fastest one is a good measurement. */
export const MIN_PROBES = 20;

/** The offset of a server's clock from a local clock. */
export interface ReferenceClock {
  /** How far the server's clock is ahead, ms. */
  readonly offsetMs: number;
  /** Largest error of the offset, ms: half the round trip. */
  readonly withinMs: number;
}

/** The answer to a probe: client's send, server's receive and server's send time, ms. */
interface Answer {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
}

const SYNC = 'sync:';

/**
 * Measures the offset of the clock of a server from the clock `now`, by the fastest of many probes:
 * on the server's own machine to within half a round trip over loopback. It does not use the client
 * library, which is what the benchmark measures.
 *
 * @param address the `ws:` URL of the server
 * @param now the local clock, ms
 */
export async function readReferenceClock(
  address: string,
  now: () => number,
  { probes, apartMs, token, signal }: Probing,
): Promise<ReferenceClock> {
  const socket = new WebSocket(address, 'tickchat.v1');
  await once(socket, 'open');
  let best: ReferenceClock = { offsetMs: NaN, withinMs: Infinity };
  let answers = 0;
  const probe = (): void => socket.send(`${SYNC}{"t0":${now()}}`);
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const t3 = now();
      const text = data.toString();
      if (text.startsWith('hello:')) probe();
      if (!text.startsWith(SYNC)) return;
      best = better(best, JSON.parse(text.slice(SYNC.length)) as Answer, t3);
      answers += 1;
      const enough = signal?.aborted === true ? Math.min(MIN_PROBES, probes) : probes;
      if (answers < enough) setTimeout(probe, apartMs);
      else resolve();
    });
    socket.once('close', (code) => reject(new Error(`the server closed the connection: ${code}`)));
    socket.send(`join:${JSON.stringify({ token })}`);
  });
  socket.terminate();
  return best;
}

/** Offset and round trip of RFC 5905 §8. */
function better(best: ReferenceClock, { t0, t1, t2 }: Answer, t3: number): ReferenceClock {
  const withinMs = (t3 - t0 - (t2 - t1)) / 2;
  return withinMs < best.withinMs ? { offsetMs: (t1 - t0 + t2 - t3) / 2, withinMs } : best;
}
