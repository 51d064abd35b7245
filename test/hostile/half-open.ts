import { connect } from 'node:net';
import { PlainClient } from '../support/plain-client.js';
import { handshake } from '../support/raw-client.js';

/**
 * Half requests of every kind, one after the other. Each says something: with thousands at once the
 * kernel may answer for a server that never hears of it, and a silent client never finds out.
 */
const HALVES = ['\r', 'GET ', 'GET / HTTP/1.1\r\nHost: loc', handshake().slice(0, -2), '\r\n'];

/** What half requests did to a server. */
export interface HalfOpenFigures {
  /** How long the last of them was there, ms. */
  readonly goneMs: number;
  readonly handshakes: number;
  /** Time from connecting to being let in, of clients that came in the meantime, ms. */
  readonly p99Ms: number;
}

/** Opens so many requests that are never finished; a good client comes and goes until all are gone. */
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

/** How long a connection that was sent `text` and no more is kept, ms. */
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
      if (began === 0) reject(error); // it was never there
    });
    socket.on('close', () => resolve(performance.now() - began));
  });
}
