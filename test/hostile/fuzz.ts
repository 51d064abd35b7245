import { connect } from 'node:net';
import { seededRandom } from '../support/seeded-random.js';
import type { HostileCase } from './case.js';

/** Number of concurrent connections. */
const ABREAST = 16;
/** Longest wait for a silent connection, ms. */
const NAP_MS = 40;

/** Sends mutations of the cases for `seconds`. Resolves with the number of connections. */
export async function fuzz(
  port: number,
  cases: readonly HostileCase[],
  seed: number,
  seconds: number,
): Promise<number> {
  const random = seededRandom(seed);
  const until = performance.now() + seconds * 1000;
  let connections = 0;
  const attack = async (from: string): Promise<void> => {
    while (performance.now() < until) {
      connections += 1;
      await throwAt(port, from, mutated(cases, random), random() < 0.2);
    }
  };
  // Many source addresses: a port stays in use for a minute, and one address would run out.
  await Promise.all(Array.from({ length: ABREAST }, (_, i) => attack(`127.0.1.${i + 1}`)));
  return connections;
}

/** A case with some bytes changed, removed, doubled or taken from another case. */
export function mutated(cases: readonly HostileCase[], random: () => number): Buffer {
  const below = (n: number): number => Math.floor(random() * n);
  const pick = (): Buffer => cases[below(cases.length)]?.bytes ?? Buffer.alloc(0);
  let bytes = Buffer.from(pick());
  for (let times = 1 + below(4); times > 0; times--) {
    const from = below(bytes.length + 1);
    const to = Math.min(bytes.length, from + below(16));
    const [before, among, behind] = [
      bytes.subarray(0, from),
      bytes.subarray(from, to),
      bytes.subarray(to),
    ];
    const changes: ReadonlyArray<() => Uint8Array[]> = [
      () => [before, among.map((byte) => byte ^ (1 << below(8))), behind],
      () => [before, among.map(() => below(256)), behind],
      () => [before, behind],
      () => [before, among, among, behind],
      () => [before, Buffer.alloc(below(300), below(256)), behind],
      () => [before],
      () => [before, pick()],
    ];
    bytes = Buffer.concat(changes[below(changes.length)]?.() ?? [bytes]);
  }
  return bytes;
}

/** Sends the bytes on a new connection, and closes it when no more data arrives. */
function throwAt(port: number, from: string, bytes: Buffer, rudely: boolean): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    const leave = (): void => {
      if (rudely) socket.resetAndDestroy();
      else socket.destroy();
    };
    socket.setTimeout(NAP_MS, leave);
    socket.on('data', () => {});
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => setImmediate(resolve)); // yields if all fail at once
    // Node never closes a socket that is reset while its FIN is pending.
    if (rudely) socket.write(bytes);
    else socket.end(bytes);
  });
}
