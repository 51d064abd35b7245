import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PlainClient } from '../support/plain-client.js';
import { request } from '../support/raw-client.js';
import { until } from '../support/until.js';

/**
 * Opens `count` connections. Resolves with a function that closes them, once each one is open or
 * rejected.
 */
export async function crowd(port: number, count: number): Promise<() => Promise<void>> {
  const sockets = Array.from({ length: count }, () => connect({ port, host: '127.0.0.1' }));
  for (const socket of sockets) socket.on('error', () => {}).on('data', () => {});
  await Promise.all(sockets.map(connectedOrGone));
  return async () => {
    const open = sockets.filter((socket) => !socket.closed);
    const gone = open.map((socket) => once(socket, 'close'));
    for (const socket of open) socket.destroy();
    await Promise.all(gone);
  };
}

function connectedOrGone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve());
    socket.once('close', () => resolve());
  });
}

/** Resolves when a new client is accepted and receives ticks; rejects after a time-out. */
export async function untilLetIn(port: number): Promise<void> {
  await until('somebody gets in', async () => {
    try {
      const client = await PlainClient.connect(port);
      await client.untilTicks(1);
      client.ws.terminate();
      return true;
    } catch {
      return false;
    }
  });
}

/** Requests the page `times` times, and disconnects before, during or after the response. */
export async function askAndAbort(port: number, times: number): Promise<void> {
  const bytes = request('GET', '/client.html');
  let left = times;
  const ask = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await askOnce(port, bytes, left % 4);
    }
  };
  await Promise.all(Array.from({ length: 32 }, ask));
}

/**
 * @param patience 0: closed when sent; 1: closed at the first bytes; 2: reset; 3: half a request
 */
function askOnce(port: number, bytes: string, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => resolve());
    if (patience === 1) socket.once('data', () => socket.destroy());
    socket.once('connect', () => {
      socket.write(patience === 3 ? bytes.slice(0, 20) : bytes, () => {
        if (patience === 0 || patience === 3) socket.destroy();
        if (patience === 2) socket.resetAndDestroy();
      });
    });
  });
}
