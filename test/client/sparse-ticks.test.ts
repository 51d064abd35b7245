import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { connect, type Client, type ConnectOptions, type Tick } from '../../src/client/index.js';
import { Inbox } from '../support/inbox.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const PERIOD_MS = 50;

/** Ticks between two frames for one client: 5 s. */
const TURNS = 5000 / PERIOD_MS;

/** Time for two sparse ticks on a busy machine, ms. */
const WAIT_MS = 30_000;

describe('a client with sparse ticks', () => {
  let server: TestServer;
  let clients: Client[];

  beforeEach(async () => {
    clients = [];
    server = await startTestServer({ tick: `${PERIOD_MS}ms` });
  });

  afterEach(async () => {
    for (const client of clients) client.close();
    await server.stop();
  });

  /** A client of the library, the ticks that it fires, and the tick frames that it gets. */
  function join(options: ConnectOptions) {
    const frames = new Inbox<number>();
    const ticks = new Inbox<Tick>();
    class Observed extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        this.on('message', (data: Buffer) => {
          const text = data.toString();
          if (text.startsWith('tick:')) frames.push(Number(text.slice(5)));
        });
      }
    }
    const client = connect(server.url, { WebSocket: Observed, ...options });
    client.on('tick', (tick) => ticks.push(tick));
    clients.push(client);
    return { client, frames, ticks };
  }

  it(
    'fires every tick by its clock, and gets a frame at first and then at least every 5 s',
    async () => {
      const all = join({ ticks: 'all' });
      const sparse = join({});
      await all.frames.until('the first tick', ({ length }) => length > 0);
      const [first = NaN] = await sparse.frames.until(
        'a tick',
        ({ length }) => length > 0,
        WAIT_MS,
      );
      const { n: start = NaN } = sparse.client.hello?.tick ?? {};
      expect(first).toBeGreaterThanOrEqual(start);
      await sparse.ticks.until(
        '3 s of ticks',
        (ticks) => (ticks.at(-1)?.n ?? 0) > first + 60,
        WAIT_MS,
      );
      // One or two, and another one for each second for which the machine held the server up.
      expect(sparse.frames.items.length).toBeLessThan(20);
      await sparse.frames.until('a third', ({ length }) => length >= 3, WAIT_MS);
      const [, second = NaN, third = NaN] = sparse.frames.items;
      const between = all.frames.items.filter((n) => n > second && n <= third);
      expect(between.length).toBeLessThanOrEqual(TURNS);
      const fired = sparse.ticks.items;
      for (const [i, { n, skipped }] of fired.entries()) {
        if (i > 0) expect(n - skipped - 1).toBe(fired[i - 1]?.n);
      }
      expect(fired.length).toBeGreaterThan(10 * sparse.frames.items.length);
      expect(sparse.client.clock.disagreements).toBe(0);
    },
    2 * WAIT_MS,
  );

  it('shares messages and rooms with clients that get every tick', async () => {
    const [all, sparse] = [join({ ticks: 'all' }), join({ ticks: 'sparse' })];
    const texts = [all, sparse].map(({ client }) => {
      const inbox = new Inbox<string>();
      client.on('message', ({ text }) => inbox.push(text));
      return inbox;
    });
    await all.client.send('one');
    await sparse.client.send('two');
    for (const inbox of texts) {
      expect(await inbox.until('both', ({ length }) => length === 2)).toEqual(['one', 'two']);
    }
  });
});
