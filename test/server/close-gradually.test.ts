import { describe, expect, it } from '@jest/globals';
import { spreadMs, closedBy } from '../../src/server/shutdown.js';
import { PlainClient } from '../support/plain-client.js';
import { startTestServer } from '../support/test-server.js';

describe('the duration of a gradual close', () => {
  it.each([
    [0, 10_000, 0],
    [1, 10_000, 0],
    [100, 10_000, 0],
    [101, 10_000, 2],
    [600, 10_000, 1000],
    [2600, 10_000, 5000],
    [10_000, 10_000, 5000],
    [10_000, 1000, 500],
    [10_000, 0, 0],
  ])('for %d peers with %d ms to drain is %d ms', (peers, drainMs, ms) => {
    expect(spreadMs(peers, drainMs)).toBe(ms);
  });

  it('is even: in each tenth of the time a tenth is told, beside those told at once', () => {
    const told = Array.from({ length: 11 }, (_, i) => closedBy(i * 500, 5000, 5100));
    expect(told).toEqual(Array.from({ length: 11 }, (_, i) => 100 + i * 500));
  });

  it('ends with everybody told, and never tells more than there are', () => {
    for (const peers of [0, 1, 99, 100, 101, 5000]) {
      expect(closedBy(0, 1000, peers)).toBe(Math.min(peers, 100));
      expect(closedBy(1000, 1000, peers)).toBe(peers);
      expect(closedBy(0, 0, peers)).toBe(peers);
    }
  });
});

describe('a gradual close', () => {
  it('sends ticks and messages to clients that are not closed yet', async () => {
    // Ticks of 25 ms, and connects in parallel: 300 clients must not keep a busy machine from
    // ticking.
    const server = await startTestServer({ tick: '25ms', drainTimeout: '10s' });
    const connect = () => PlainClient.connect(server.port);
    const first = await connect();
    const others = await Promise.all(Array.from({ length: 298 }, connect));
    const last = await connect();
    const stopped = server.stop();
    expect((await first.closed).code).toBe(1001);
    const ticksBefore = last.ticks.length;
    last.send('still here');
    await last.untilMessages(1);
    await last.untilTicks(ticksBefore + 2);
    const clients = [first, ...others, last];
    const codes = await Promise.all(clients.map(async ({ closed }) => (await closed).code));
    expect(new Set(codes)).toEqual(new Set([1001]));
    await stopped;
  }, 30_000);
});
