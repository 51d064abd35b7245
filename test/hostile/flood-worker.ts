import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** What each connection sends: `prelude` once, then `chunk` for as long as it is taken. */
export interface FloodOrder {
  readonly port: number;
  readonly connections: number;
  readonly prelude: Uint8Array;
  readonly chunk: Uint8Array;
  /** Of each connection. */
  readonly bytesPerSecond: number;
}

const PACE_MS = 10;
const order = workerData as FloodOrder;
const { port, connections, prelude, chunk, bytesPerSecond } = order;
let [opened, sent] = [0, 0];

/** Floods over one connection, and over a new one when the server has closed it. */
function attack(): void {
  const socket = connect({ port, host: '127.0.0.1' });
  let allowed = 0;
  const pour = (): void => {
    while (allowed > 0 && socket.writable && !socket.writableNeedDrain) {
      socket.write(chunk);
      allowed -= chunk.length;
      sent += chunk.length;
    }
  };
  const pace = setInterval(() => {
    allowed = Math.min(bytesPerSecond / 10, allowed + (bytesPerSecond * PACE_MS) / 1000);
    pour();
  }, PACE_MS);
  socket.once('connect', () => {
    socket.write(prelude);
    opened += 1;
  });
  socket.on('drain', pour).on('error', () => {});
  socket.resume().on('close', () => {
    clearInterval(pace);
    setTimeout(attack, PACE_MS);
  });
}

for (let i = 0; i < connections; i += 1) attack();
parentPort?.on('message', () => parentPort?.postMessage({ opened, sent }));
