import { connect } from 'node:net';
import { PlainClient } from '../support/plain-client.js';
import { handshake } from '../support/raw-client.js';

/**
 * All kinds of incomplete requests. Each one has some bytes: with thousands at once the kernel may
 * accept a connection that the server never sees, and a silent client would not notice.
 */
const HALVES = ['\r', 'GET ', 'GET / HTTP/1.1\r\nHost: loc', handshake().slice(0, -2), '\r\n'];

/** Effect of incomplete requests on a server. */
export interface HalfOpenFigures {
  /** Life of the longest one, ms. */
  readonly goneMs: number;
  readonly handshakes: number;
  /** Time of the handshake of good clients meanwhile, ms. */
  readonly p99Ms: number;
}

/**
 * Opens `count` incomplete requests. Good clients connect and leave until all of them are closed.
 */
export async function halfOpen(port: number, count: number): Promise<HalfOpenFigures> {
  const lives = Array.from({ length: count }, (_, i) => lifeOf(port, HALVES[i % HALVES.length]));
  const open = new Set(lives);
  for (const life of lives) void life.finally(() => open.delete(life)).catch(() => {});
  const times: number[] = [];
  while (open.size > 0) {
    const began = performance.now();
    const { ws, closed } = await PlainClient.connect(port);
    times.push(performance.now() - began);
    ws.terminate();
    await closed;
  }
  const sorted = times.toSorted((a, b) => a - b);
  const p99Ms = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN;
  return { goneMs: Math.max(...(await Promise.all(lives))), handshakes: times.length, p99Ms };
}

/** Life of a connection that sends `text` and no more, ms. */
function lifeOf(port: number, text = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let began = 0;
    socket.once('connect', () => {
      began = performance.now();
      socket.write(text);
    });
    socket.on('data', () => {});
    socket.on('error', (error) => {
      if (began === 0) reject(error); // it was never open
    });
    socket.on('close', () => resolve(performance.now() - began));
  });
}
