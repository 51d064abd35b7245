import { once } from 'node:events';
import { WebSocket } from 'ws';
import { boundsOf, type Bounds } from '../../../clock/offset.js';
import { readServerFrame } from '../../../protocol/read-server-frame.js';
import { clientFrame, V1_SUBPROTOCOL } from '../../../protocol/v1.js';

/** How a server is probed. */
export interface Probing {
  /** Probes: the fastest is taken. */
  readonly probes: number;
  /** Between an answer and the next probe, ms. */
  readonly apartMs: number;
}

/**
 * How far the clock of the server behind `address` (a `ws:` URL) is ahead of the clock `now` (ms):
 * by the fastest of many bare probes, so on the server's own machine to within half a loopback
 * round trip (`delay` / 2).
 */
export async function measureTruth(
  address: string,
  now: () => number,
  { probes, apartMs }: Probing,
): Promise<Bounds> {
  const socket = new WebSocket(address, V1_SUBPROTOCOL);
  await once(socket, 'open');
  const exchanges: Bounds[] = [];
  const probe = (): void => socket.send(clientFrame('sync', { t0: now() }));
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const t3 = now();
      const frame = readServerFrame(data.toString());
      if (frame?.verb === 'hello') probe();
      if (frame?.verb !== 'sync') return;
      exchanges.push(boundsOf({ ...frame.payload, t3 }));
      if (exchanges.length < probes) setTimeout(probe, apartMs);
      else resolve();
    });
    socket.once('close', (code) => reject(new Error(`the server closed the connection: ${code}`)));
    socket.send(clientFrame('join', {}));
  });
  socket.terminate();
  const [fastest] = exchanges.toSorted((a, b) => a.delay - b.delay);
  if (fastest === undefined) throw new Error('no probe was answered');
  return fastest;
}
