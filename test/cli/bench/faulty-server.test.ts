import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { WebSocketServer, type WebSocket } from 'ws';
import { parseBenchPlan } from '../../../src/cli/bench/arguments.js';
import { faultIn } from '../../../src/cli/bench/report.js';
import { runBench } from '../../../src/cli/bench/run.js';

let server: WebSocketServer | undefined;

afterEach(() => server?.close());

type Relay = (text: string, message: number, clients: readonly WebSocket[]) => void;

/** Runs a short bench against a server that relays messages as `relay` does. */
async function bench(relay: Relay) {
  const listening = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server = listening;
  let messages = 0;
  listening.on('connection', (ws) => {
    ws.on('message', (data: Buffer) =>
      relay(data.toString(), (messages += 1), [...listening.clients]),
    );
  });
  await once(listening, 'listening');
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const flags = { clients: '4', senders: '1', rate: '100', seconds: '0.3', warmup: '0' };
  const plan = parseBenchPlan(`ws://127.0.0.1:${address.port}`, flags);
  return runBench({ ...plan, settleMs: 0 });
}

const toAll: Relay = (text, _, clients) => {
  for (const client of clients) client.send(text);
};

describe('bench of a faulty server', () => {
  test('finds nothing in one that only lacks ticks', async () => {
    const report = await bench(toAll);
    expect(report.ticks).toBeUndefined();
    expect(faultIn(report)).toBeUndefined();
  });

  test('counts a message that one client never got', async () => {
    const report = await bench((text, message, clients) =>
      toAll(text, message, message === 5 ? clients.slice(1) : clients),
    );
    expect(faultIn(report)).toBe('messages: 1 lost');
  });

  test('counts the last messages too when nothing follows them', async () => {
    const report = await bench((text, message, clients) => {
      if (message <= 10) toAll(text, message, clients);
    });
    const { lost, sent } = report;
    expect(lost % 4).toBe(0);
    expect(lost / 4 + 10).toBeGreaterThanOrEqual(sent); // one may be sent as the window ends
    expect(lost / 4 + 10).toBeLessThanOrEqual(sent + 2);
  });

  test('counts messages that came twice or in another order', async () => {
    let kept = '';
    const report = await bench((text, message, clients) => {
      if (message === 5) kept = text;
      else toAll(text, message, clients);
      if (message === 6) toAll(kept, message, clients);
      if (message === 7) clients[0]?.send(text);
    });
    expect(faultIn(report)).toBe('messages: 4 out of order, 1 duplicated');
  });

  test('counts connections that the server ended', async () => {
    const report = await bench((text, message, clients) => {
      if (message === 5) clients[3]?.terminate();
      toAll(text, message, clients.slice(0, 3));
    });
    expect(faultIn(report)).toBe('connections closed: 1');
  });
});
