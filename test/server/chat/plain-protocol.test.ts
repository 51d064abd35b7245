import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../support/plain-client.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

describe('plain protocol', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await startTestServer({ tick: '50ms', rate: '0' });
  });

  afterEach(() => server.stop());

  it('sends every client the same ticks, each once and in order', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => PlainClient.connect(server.port)));
    await Promise.all(clients.map((client) => client.untilTicks(5)));
    expectSameTicks(clients, server);
  });

  it.each([
    'hello',
    'a:b:c',
    ':',
    'tick:9',
    'msg:msg:x',
    '<img src=x onerror=alert(1)>',
    'two\nlines\r\n',
    ' \t ',
    '😀 ü 漢字 \u0000 \u202e',
    'x'.repeat(4096),
  ])('relays %j unchanged to every client, the sender included', async (text) => {
    const sender = await PlainClient.connect(server.port);
    const other = await PlainClient.connect(server.port);
    sender.send(text);
    expect(await sender.untilMessages(1)).toEqual([text]);
    expect(await other.untilMessages(1)).toEqual([text]);
  });

  it('drops an empty message and counts it', async () => {
    const client = await PlainClient.connect(server.port);
    client.send('');
    client.send('x');
    expect(await client.untilMessages(1)).toEqual(['x']);
    expect(server.stats).toMatchObject({ messages: 1, dropped: 1 });
  });

  it('keeps rooms apart; all of them tick', async () => {
    const lobby = await PlainClient.connect(server.port);
    const named = await PlainClient.connect(server.port, '?room=lobby');
    const game = await PlainClient.connect(server.port, '?room=game-1');
    game.send('in the game');
    lobby.send('in the lobby');
    expect(await game.untilMessages(1)).toEqual(['in the game']);
    expect(await lobby.untilMessages(1)).toEqual(['in the lobby']);
    expect(await named.untilMessages(1)).toEqual(['in the lobby']);
    await Promise.all([lobby, game].map((client) => client.untilTicks(2)));
    expect(game.messages).toEqual(['in the game']);
  });

  it('sends no history to a new client', async () => {
    const early = await PlainClient.connect(server.port);
    early.send('before');
    await early.untilMessages(1);
    const late = await PlainClient.connect(server.port);
    early.send('after');
    expect(await late.untilMessages(1)).toEqual(['after']);
  });

  it('counts no clients that have disconnected', async () => {
    const [staying, leaving] = [
      await PlainClient.connect(server.port),
      await PlainClient.connect(server.port),
    ];
    expect(server.online).toBe(2);
    leaving.ws.close();
    await leaving.closed;
    staying.send('still here');
    await staying.untilMessages(1);
    expect(server.online).toBe(1);
  });

  it('gives 200 clients every tick and every message of 20 of them in one order', async () => {
    const clients = await Promise.all(
      Array.from({ length: 200 }, () => PlainClient.connect(server.port)),
    );
    const perSender = 25;
    const senders = clients.slice(0, 20);
    for (let round = 0; round < perSender; round++) {
      senders.forEach((sender, i) => sender.send(`${i}:${round}`));
      await senders[0]?.untilMessages((round + 1) * 10); // spreads the messages over several ticks
    }
    const all = senders.length * perSender;
    const [first, ...others] = await Promise.all(
      clients.map((client) => client.untilMessages(all)),
    );
    for (const other of others) expect(other).toEqual(first);
    senders.forEach((_, i) => {
      const own = first?.filter((text) => text.startsWith(`${i}:`));
      expect(own).toEqual(Array.from({ length: perSender }, (_, round) => `${i}:${round}`));
    });
    await Promise.all(clients.map((client) => client.untilTicks(3)));
    expectSameTicks(clients, server);
  });
});

/**
 * After the last one has connected, all clients get the same ticks. Missing numbers are ticks that
 * the server counted as skipped.
 */
function expectSameTicks(clients: readonly PlainClient[], server: TestServer): void {
  const from = Math.max(...clients.map(({ ticks }) => ticks[0] ?? Infinity));
  const to = Math.min(...clients.map(({ ticks }) => ticks.at(-1) ?? -Infinity));
  const common = clients.map(({ ticks }) => ticks.filter((n) => n >= from && n <= to));
  for (const ticks of common) expect(ticks).toEqual(common[0]);
  const [ticks = []] = common;
  expect(ticks).toEqual([...new Set(ticks)].toSorted((a, b) => a - b));
  expect(to - from + 1 - ticks.length).toBeLessThanOrEqual(server.skippedTicks);
}
