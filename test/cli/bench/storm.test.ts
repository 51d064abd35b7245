import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { v1Dialect } from '../../../bench/v1-dialect.js';
import { parseBenchPlan } from '../../../src/cli/bench/arguments.js';
import type { BenchPlan } from '../../../src/cli/bench/plan.js';
import { faultIn } from '../../../src/cli/bench/report.js';
import { runBench } from '../../../src/cli/bench/run.js';
import { SteadySender } from '../../../src/cli/bench/steady-sender.js';
import { isInStorm, returnsPerSecond, stormRoom } from '../../../src/cli/bench/storm.js';
import { clientsOfWorker } from '../../../src/cli/bench/worker-clients.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

const STORM = { clients: 8, withinMs: 100, rooms: 2 };
const V1 = {
  dialect: v1Dialect,
  workerUrl: new URL('../../../bench/v1-worker.js', import.meta.url),
};

/** Four clients that stay, and a storm whose window ends when all have come back. */
function stormPlan(url: string, workers = '2'): BenchPlan {
  const flags = { clients: '12', senders: '2', rate: '50', seconds: '60', warmup: '0', workers };
  return { ...parseBenchPlan(url, flags), settleMs: 0, storm: STORM };
}

describe('the plan of a storm', () => {
  const plan = stormPlan('http://localhost:9876/', '3');

  test('lets the last clients leave and come back', () => {
    expect([3, 4, 11].map((client) => isInStorm(plan, client))).toEqual([false, true, true]);
    expect(isInStorm({ ...plan, storm: undefined }, 11)).toBe(false);
    expect(returnsPerSecond(STORM)).toBe(80);
  });

  test('spreads them over rooms of their own', () => {
    expect([4, 5, 6].map((client) => stormRoom(plan, client))).toEqual([
      'bench-storm-1',
      'bench-storm-2',
      'bench-storm-1',
    ]);
  });

  test('gives the first worker the clients that stay, and the others the rest', () => {
    expect([0, 1, 2].map((worker) => clientsOfWorker(plan, worker))).toEqual([
      [0, 1, 2, 3],
      [4, 6, 8, 10],
      [5, 7, 9, 11],
    ]);
    expect(clientsOfWorker({ ...plan, workers: 1 }, 0)).toHaveLength(12);
    expect(clientsOfWorker({ ...plan, storm: undefined }, 1)).toEqual([1, 4, 7, 10]);
  });

  test('lets each client come back once', () => {
    const sent: number[] = [];
    const sending = { now: () => 1e9, send: (one: number) => void sent.push(one) };
    new SteadySender(3, 10, 0, sending, 3).start();
    expect(sent).toEqual([0, 1, 2]);
  });
});

describe('a storm', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ rate: '0' });
  });
  afterAll(() => server.stop());

  test.each([
    ['the plain protocol', {}],
    ['tickchat.v1', { speaking: V1 }],
  ])('ends when all have come back, in %s', async (_, options) => {
    const report = await runBench(stormPlan(server.url), options);
    expect(report.storm).toEqual({ clients: 8, returned: 8 });
    expect(faultIn(report)).toBeUndefined();
    expect(report.seconds).toBeLessThan(60);
  });

  test('counts the clients that are refused when they come back', async () => {
    const listening = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      verifyClient: () => (handshakes += 1) <= 1 + 12 + 5, // the probe, all, and five of the storm
    });
    let handshakes = 0;
    await once(listening, 'listening');
    const address = listening.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const report = await runBench(stormPlan(`ws://127.0.0.1:${address.port}`));
    expect(report.storm).toEqual({ clients: 8, returned: 5 });
    expect(report.closed).toBe(3);
    listening.close();
  });
});

describe('a client of tickchat.v1 that comes back', () => {
  test('asks for what it has missed, with the same key', () => {
    const hello = 'hello:{"log":{"epoch":"e","seq":7}}';
    const join = (frame = ''): unknown => JSON.parse(frame.slice('join:'.length));
    const { key } = join(v1Dialect.greeting?.(3)) as { key: string };
    const { ready, resume } = v1Dialect.onOther(hello, 3);
    expect(ready).toBe(true);
    expect(join(resume)).toEqual({ key, after: { epoch: 'e', seq: 7 } });
    expect(v1Dialect.onOther('online:{"n":1}', 3)).toEqual({});
  });
});
