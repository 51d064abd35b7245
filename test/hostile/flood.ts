import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { PlainClient } from '../support/plain-client.js';
import { handshake, request } from '../support/raw-client.js';
import { clientFrame, OPCODE } from '../support/raw-frames.js';
import type { FloodOrder } from './flood-worker.js';

const MEGABYTE = 1024 * 1024;
const CHUNK_BYTES = 65_536;
const { text, ping, pong, continuation } = OPCODE;

/** What hostile clients send without end. */
export interface FloodKind {
  readonly name: string;
  readonly prelude: Buffer;
  readonly chunk: Buffer;
}

function repeated(...units: readonly Buffer[]): Buffer {
  const unit = Buffer.concat(units);
  const times = Math.max(1, Math.floor(CHUNK_BYTES / unit.length));
  return Buffer.concat(Array.from({ length: times }, () => unit));
}

function frames(name: string, ...units: readonly Buffer[]): FloodKind {
  return { name, prelude: Buffer.from(handshake()), chunk: repeated(...units) };
}

function tinyChunks(method: string, path: string, more: Record<string, string> = {}): FloodKind {
  const headers = { Host: 'localhost', 'Transfer-Encoding': 'chunked', ...more };
  const prelude = Buffer.from(request(method, path, headers));
  const added = Object.keys(more).map((header) => `${header}, `);
  const name = `${method} ${path}, ${added.join('')}in chunks of a byte`;
  return { name, prelude, chunk: repeated(Buffer.from('1\r\nx\r\n')) };
}

/** Kinds of floods. Each unit costs an attacker a few bytes, and the server its parsing. */
export const FLOODS: readonly FloodKind[] = [
  frames('unasked pongs', clientFrame(pong, '')),
  frames('pongs of 125 bytes', clientFrame(pong, 'x'.repeat(125))),
  frames('pings', clientFrame(ping, '')),
  frames('pings of 125 bytes', clientFrame(ping, 'x'.repeat(125))),
  frames(
    'messages of many fragments',
    clientFrame(text, 'x', { final: false }),
    ...Array.from({ length: 1000 }, () => clientFrame(continuation, '', { final: false })),
    clientFrame(continuation, ''),
  ),
  frames('fragments without end', clientFrame(continuation, '', { final: false })),
  frames('short messages', clientFrame(text, 'x')),
  frames('long messages', clientFrame(text, 'x'.repeat(4096))),
  frames('invalid frames', Buffer.from([0xff, 0xff, 0xff])),
  tinyChunks('POST', '/api/rooms/a/messages'),
  tinyChunks('POST', '/api/nothing'),
  tinyChunks('POST', '/'),
  tinyChunks('GET', '/'),
  tinyChunks('GET', '/ws', { Upgrade: 'websocket', Connection: 'Upgrade' }),
  tinyChunks('POST', '/api/rooms/a/messages', { Expect: 'something' }),
  {
    name: 'many small requests',
    prelude: Buffer.alloc(0),
    chunk: repeated(Buffer.from(request('GET', '/healthz', { Host: 'a' }))),
  },
  {
    name: 'headers without end',
    prelude: Buffer.from('GET / HTTP/1.1\r\n'),
    chunk: repeated(Buffer.from('a:\r\n')),
  },
];

/** Hostile clients that send one kind of flood, in a thread of their own. */
export class Flood {
  readonly #worker: Worker;

  /** @param bytesPerSecond of all connections together */
  constructor(
    port: number,
    { prelude, chunk }: FloodKind,
    connections = 20,
    bytesPerSecond = 40 * MEGABYTE,
  ) {
    const workerData: FloodOrder = {
      port,
      connections,
      prelude,
      chunk,
      bytesPerSecond: bytesPerSecond / connections,
    };
    this.#worker = new Worker(new URL('flood-worker.js', import.meta.url), { workerData });
  }

  /** Connections opened and bytes sent so far. */
  async figures(): Promise<{ readonly opened: number; readonly sent: number }> {
    const answer = once(this.#worker, 'message');
    this.#worker.postMessage('figures');
    return (await answer)[0] as { opened: number; sent: number };
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A server as others notice it. */
export interface Service {
  readonly ticks: number;
  readonly missedTicks: number;
  /** The longest delay of a tick, compared with the earliest one, ms. */
  readonly latestTickMs: number;
  /** Times from sending a message until it is back, ms. */
  readonly roundTripsMs: readonly number[];
}

/** Uses a server for `ms`: a client hears its ticks, another sends messages, one at a time. */
export async function serviceOf(port: number, periodMs: number, ms: number): Promise<Service> {
  const listener = await PlainClient.connect(port);
  const speaker = await PlainClient.connect(port);
  const offsets = new Map<number, number>();
  listener.ws.on('message', (data: Buffer) => {
    const frame = String(data);
    if (!frame.startsWith('tick:')) return;
    const tick = Number(frame.slice(5));
    offsets.set(tick, performance.now() - tick * periodMs);
  });
  const roundTripsMs: number[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const sentAt = performance.now();
    speaker.send('still heard?');
    await speaker.untilMessages(roundTripsMs.length + 1);
    roundTripsMs.push(performance.now() - sentAt);
    await delay(60); // within the default rate
  }
  listener.ws.terminate();
  speaker.ws.terminate();
  const numbers = [...offsets.keys()];
  const span = offsets.size === 0 ? 0 : Math.max(...numbers) - Math.min(...numbers) + 1;
  return {
    ticks: offsets.size,
    missedTicks: span - offsets.size,
    latestTickMs: Math.max(...offsets.values()) - Math.min(...offsets.values()),
    roundTripsMs,
  };
}
