import { once } from 'node:events';
import { WebSocket } from 'ws';

/** How a server is probed. */
export interface Probing {
  /** Probes: the fastest is taken. */
  readonly probes: number;
  /** Between an answer and the next probe, ms. */
  readonly apartMs: number;
  /** For a server that asks for one. */
  readonly token?: string | undefined;
}

/** How far a server's clock is ahead of another. */
export interface Truth {
  readonly offsetMs: number;
  /** Largest error of it: half the round trip. */
  readonly withinMs: number;
}

/** The answer to a probe: when the server had it, and when it answered; ms of server time. */
interface Answer {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
}

const SYNC = 'sync:';

/**
 * How far the clock of the server behind `address` (a `ws:` URL) is ahead of the clock `now` (ms):
 * by the fastest of many bare probes, so on the server's own machine to within half a loopback
 * round trip. Speaks the wire by itself: what is measured must not measure.
 */
export async function measureTruth(
  address: string,
  now: () => number,
  { probes, apartMs, token }: Probing,
): Promise<Truth> {
  const socket = new WebSocket(address, 'tickchat.v1');
  await once(socket, 'open');
  let best: Truth = { offsetMs: NaN, withinMs: Infinity };
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
      if (answers < probes) setTimeout(probe, apartMs);
      else resolve();
    });
    socket.once('close', (code) => reject(new Error(`the server closed the connection: ${code}`)));
    socket.send(`join:${JSON.stringify({ token })}`);
  });
  socket.terminate();
  return best;
}

/** Offset and round trip of RFC 5905 §8. */
function better(best: Truth, { t0, t1, t2 }: Answer, t3: number): Truth {
  const withinMs = (t3 - t0 - (t2 - t1)) / 2;
  return withinMs < best.withinMs ? { offsetMs: (t1 - t0 + t2 - t3) / 2, withinMs } : best;
}
