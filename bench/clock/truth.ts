import { once } from 'node:events';
import { WebSocket } from 'ws';
import { boundsOf, type Bounds } from '../../src/clock/offset.js';
import { readServerFrame } from '../../src/protocol/read-server-frame.js';
import { clientFrame, V1_SUBPROTOCOL } from '../../src/protocol/v1.js';

/** Probes of a measurement: the fastest is taken. */
const PROBES = 200;

/** This machine's time, ms since 1970: the wall clock at start, carried on by the monotonic clock. */
export function machineTime(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * How far the clock of the server on `port` is ahead of {@link machineTime}, ms: measured on this
 * machine, past all that makes a network slow, so to within half a loopback round trip.
 */
export async function measureTruth(port: number): Promise<Bounds> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, V1_SUBPROTOCOL);
  await once(socket, 'open');
  const exchanges: Bounds[] = [];
  const probe = (): void => socket.send(clientFrame('sync', { t0: machineTime() }));
  await new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const t3 = machineTime();
      const frame = readServerFrame(data.toString());
      if (frame?.verb === 'hello') probe();
      if (frame?.verb !== 'sync') return;
      exchanges.push(boundsOf({ ...frame.payload, t3 }));
      if (exchanges.length < PROBES) setTimeout(probe, 2);
      else resolve();
    });
    socket.send(clientFrame('join', { room: 'truth' }));
  });
  socket.terminate();
  const [fastest] = exchanges.toSorted((a, b) => a.delay - b.delay);
  if (fastest === undefined) throw new Error('no probe was answered');
  return fastest;
}
