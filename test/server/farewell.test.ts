import { describe, expect, it } from '@jest/globals';
import { farewellMs, toldBy } from '../../src/server/farewell.js';
import { PlainClient } from '../support/plain-client.js';
import { startTestServer } from '../support/test-server.js';

describe('how long a farewell takes', () => {
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
    expect(farewellMs(peers, drainMs)).toBe(ms);
  });

  it('is even: in each tenth of the time a tenth is told, beside those told at once', () => {
    const told = Array.from({ length: 11 }, (_, i) => toldBy(i * 500, 5000, 5100));
    expect(told).toEqual(Array.from({ length: 11 }, (_, i) => 100 + i * 500));
  });

  it('ends with everybody told, and never tells more than there are', () => {
    for (const peers of [0, 1, 99, 100, 101, 5000]) {
      expect(toldBy(0, 1000, peers)).toBe(Math.min(peers, 100));
      expect(toldBy(1000, 1000, peers)).toBe(peers);
      expect(toldBy(0, 0, peers)).toBe(peers);
    }
  });
});

describe('a farewell to many', () => {
  it('leaves ticks and messages to those who have not been told yet', async () => {
    const server = await startTestServer({ tick: '10ms', drainTimeout: '10s' });
    const clients: PlainClient[] = [];
    for (let i = 0; i < 300; i++) clients.push(await PlainClient.connect(server.port));
    const first = clients.at(0);
    const last = clients.at(-1);
    const stopped = server.stop();
    expect((await first?.closed)?.code).toBe(1001);
    const ticksBefore = last?.ticks.length ?? Infinity;
    last?.send('still here');
    await last?.untilMessages(1);
    await last?.untilTicks(ticksBefore + 2);
    const codes = await Promise.all(clients.map(async ({ closed }) => (await closed).code));
    expect(new Set(codes)).toEqual(new Set([1001]));
    await stopped;
  });
});
