import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { once } from 'node:events';
import { PlainClient } from '../../support/plain-client.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { V1Client } from '../../support/v1-client.js';

const KEY = 'a-secret-key-of-ann';

describe('tickchat.v1', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await startTestServer({ tick: '100ms', rate: '0', history: '20', replay: '5' });
  });

  afterEach(() => server.stop());

  const join = (payload = {}) => V1Client.join(server.port, payload);

  it('is chosen whenever it is offered', async () => {
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, ['tickchat.v9', 'tickchat.v1']);
    await once(ws, 'open');
    expect(ws.protocol).toBe('tickchat.v1');
    ws.terminate();
  });

  it('answers join with hello', async () => {
    const client = await join({ room: 'game', name: ' Ann ', key: KEY });
    const hello = await client.hello();
    expect(hello).toEqual({
      room: 'game',
      you: { id: expect.stringMatching(/^[\w-]{12}$/), name: 'Ann', write: true },
      tick: { n: expect.any(Number), epoch: expect.any(Number), period: 100 },
      now: expect.any(Number),
      log: { epoch: expect.any(String), seq: 0 },
      recovered: null,
      replay: 0,
      online: 1,
      limits: { message: 4096, rate: 0, burst: 40 },
      server: expect.stringMatching(/^tickchat\/\d/),
    });
    expect(hello.tick.n).toBe(Math.floor((hello.now - hello.tick.epoch) / 100));
  });

  it('gives an empty join the room of the address, a default name and an id', async () => {
    const client = await V1Client.connect(server.port, '?room=side');
    client.send('join', {});
    expect(await client.hello()).toMatchObject({ room: 'side', you: { name: 'guest' } });
  });

  it('gives the same id to the same key, and another to each without one', async () => {
    const clients = await Promise.all([
      join({ key: KEY }),
      join({ key: KEY, room: 'other' }),
      join(),
      join(),
    ]);
    const ids = (await Promise.all(clients.map((client) => client.hello()))).map(
      ({ you }) => you.id,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    expect(ids.join()).not.toContain(KEY);
  });

  it('sends each message to all with seq, time and author; its copy to the sender is the receipt', async () => {
    const [ann, ben] = [await join({ name: 'ann' }), await join({ name: 'ben' })];
    ann.send('msg', { id: 'x1', text: 'a:b\n<i>😀' });
    const expected = {
      seq: 1,
      at: expect.any(Number),
      from: { id: (await ann.hello()).you.id, name: 'ann' },
      text: 'a:b\n<i>😀',
      id: 'x1',
    };
    expect(await ann.next('msg')).toEqual(expected);
    expect(await ben.next('msg')).toEqual(expected);
  });

  it('takes the same id for the same message, and sends its receipt again', async () => {
    const [ann, ben] = [await join({ key: KEY }), await join()];
    ann.send('msg', { id: 'x1', text: 'once' });
    const receipt = await ann.next('msg');
    ann.send('msg', { id: 'x1', text: 'once' });
    expect(await ann.next('msg', 1)).toEqual(receipt);
    ann.send('msg', { id: 'x2', text: 'twice' });
    await ben.untilMessages(2);
    expect(ben.all('msg').map(({ text }) => text)).toEqual(['once', 'twice']);
  });

  it('sends the receipt of a repeated message after the messages before it', async () => {
    const ann = await join({ key: KEY });
    ann.together(() => {
      for (const id of ['x1', 'x2', 'x2']) ann.send('msg', { id, text: id });
    });
    await ann.inbox.until('the receipts', () => ann.all('msg').length === 3);
    expect(ann.all('msg').map(({ seq }) => seq)).toEqual([1, 2, 2]);
  });

  it('shares rooms with plain clients', async () => {
    const plain = await PlainClient.connect(server.port);
    const v1 = await join();
    plain.send('from plain');
    expect(await v1.next('msg')).toMatchObject({
      text: 'from plain',
      id: '',
      from: { name: 'guest' },
    });
    v1.send('msg', { id: 'x', text: 'from v1' });
    expect(await plain.untilMessages(2)).toEqual(['from plain', 'from v1']);
    await plain.untilTicks(1);
    await v1.inbox.until('a tick', (frames) => frames.some(({ verb }) => verb === 'tick'));
  });

  it('uses a new name for later messages', async () => {
    const client = await join({ name: 'ann' });
    client.send('msg', { id: '1', text: 'a' });
    client.send('name', { name: 'Anna' });
    client.send('msg', { id: '2', text: 'b' });
    const names = (await client.untilMessages(2)).map(({ from }) => from.name);
    expect(names).toEqual(['ann', 'Anna']);
  });

  it('answers a clock probe with its own times', async () => {
    const client = await join();
    client.send('sync', { t0: 123.25 });
    const { t0, t1, t2 } = await client.next('sync');
    expect(t0).toBe(123.25);
    expect(t2).toBeGreaterThanOrEqual(t1);
    expect(Math.abs(t1 - Date.now())).toBeLessThan(60_000);
  });

  it('sends the number of peers when it changes', async () => {
    const first = await join();
    const second = await join();
    expect((await second.hello()).online).toBe(2);
    await first.inbox.until('2 online', () => first.all('online').at(-1)?.n === 2);
    second.ws.close();
    await first.inbox.until('1 online', () => first.all('online').at(-1)?.n === 1);
  });

  it('counts the tabs of one person once', async () => {
    const first = await join({ key: KEY });
    const tab = await join({ key: KEY });
    expect((await tab.hello()).online).toBe(1);
    const other = await join();
    expect((await other.hello()).online).toBe(2);
    await first.inbox.until('2 online', () => first.all('online').at(-1)?.n === 2);
    tab.ws.close();
    const third = await join();
    await first.inbox.until('3 online', () => first.all('online').at(-1)?.n === 3);
    third.ws.close();
    await other.inbox.until('2 online', () => other.all('online').at(-1)?.n === 2);
    first.ws.close();
    await other.inbox.until('1 online', () => other.all('online').at(-1)?.n === 1);
  });

  describe('history', () => {
    const say = async (client: V1Client, from: number, to: number): Promise<void> => {
      const have = client.all('msg').length;
      for (let i = from; i <= to; i++) client.send('msg', { id: `i${i}`, text: `m${i}` });
      await client.untilMessages(have + to - from + 1);
    };
    const seqs = (client: V1Client) => client.all('msg').map(({ seq }) => seq);

    it('replays the newest messages to a new client', async () => {
      await say(await join(), 1, 8);
      const late = await join();
      expect(await late.hello()).toMatchObject({ recovered: null, replay: 5, log: { seq: 8 } });
      expect(seqs(late)).toEqual([4, 5, 6, 7, 8]);
    });

    it('replays everything after the position of a client that reconnects', async () => {
      const ann = await join();
      await say(ann, 1, 15);
      const { epoch } = (await ann.hello()).log;
      const back = await join({ after: { epoch, seq: 3 } });
      expect(await back.hello()).toMatchObject({ recovered: true, replay: 12 });
      expect(seqs(back)).toEqual(Array.from({ length: 12 }, (_, i) => 4 + i));
      const current = await join({ after: { epoch, seq: 15 } });
      expect(await current.hello()).toMatchObject({ recovered: true, replay: 0 });
    });

    it.each([
      ['older than the kept messages', { seq: 9 }],
      ['of another epoch of the log', { epoch: 'another', seq: 29 }],
      ['beyond the newest message', { seq: 99 }],
    ])('reports a gap after a position %s', async (_what, position) => {
      const ann = await join();
      await say(ann, 1, 30);
      const { epoch } = (await ann.hello()).log;
      const back = await join({ after: { epoch, ...position } });
      expect(await back.hello()).toMatchObject({ recovered: false, replay: 5 });
      expect(seqs(back)).toEqual([26, 27, 28, 29, 30]);
    });

    it('recovers from the oldest kept position', async () => {
      const ann = await join();
      await say(ann, 1, 30);
      const { epoch } = (await ann.hello()).log;
      const back = await join({ after: { epoch, seq: 10 } });
      expect(await back.hello()).toMatchObject({ recovered: true, replay: 20 });
    });

    it('continues with live messages without a gap or a duplicate', async () => {
      const [ann, ben] = [await join(), await join()];
      const stop = new AbortController();
      const talk = async (): Promise<number> => {
        for (let sent = 0; ; ) {
          for (let i = 0; i < 10; i++) ann.send('msg', { id: `i${++sent}`, text: `m${sent}` });
          await ann.untilMessages(sent);
          if (stop.signal.aborted) return sent;
        }
      };
      const talked = talk();
      const joiners: V1Client[] = [];
      for (let i = 0; i < 40; i++) joiners.push(await join());
      stop.abort();
      const sent = await talked;
      await ben.untilMessages(sent);
      for (const joiner of joiners) {
        await joiner.inbox.until('the last', () => joiner.all('msg').at(-1)?.seq === sent);
        const got = seqs(joiner);
        expect(got).toEqual(got.map((_, i) => (got[0] ?? NaN) + i));
      }
    });
  });

  describe('fails', () => {
    it.each([
      ['no colon', 'bad_frame'],
      ['tick:9', 'bad_frame'],
      ['constructor:{}', 'bad_frame'],
      ['__proto__:{}', 'bad_frame'],
      ['msg:', 'bad_frame'],
      ['msg:null', 'bad_frame'],
      ['msg:[]', 'bad_frame'],
      ['msg:{"text":"x"}', 'bad_frame'],
      ['msg:{"id":7,"text":"x"}', 'bad_frame'],
      ['msg:{"id":"","text":"x"}', 'bad_frame'],
      [`msg:{"id":"${'x'.repeat(65)}","text":"x"}`, 'bad_frame'],
      ['msg:{"id":"a","text":7}', 'bad_frame', 'a'],
      ['msg:{"id":"a","text":""}', 'empty', 'a'],
      [`msg:{"id":"a","text":"${'ü'.repeat(2049)}"}`, 'too_long', 'a'],
      ['msg:{"id":"a","text":"\\ud800"}', 'bad_frame', 'a'],
      ['name:{"name":""}', 'bad_name'],
      ['name:{"name":"a\\nb"}', 'bad_name'],
      [`name:{"name":"${'x'.repeat(33)}"}`, 'bad_name'],
      ['sync:{"t0":"1"}', 'bad_frame'],
      ['join:{}', 'bad_frame'],
    ])('%s with %s', async (...[frame, code, id]: readonly string[]) => {
      const client = await join();
      client.ws.send(frame ?? '');
      const text: unknown = expect.stringMatching(/^[^\n]+$/);
      expect(await client.next('fail')).toEqual({ ...(id ? { id } : {}), code, text });
      client.send('msg', { id: 'ok', text: 'still here' });
      await client.untilMessages(1);
    });

    it.each([
      ['join:{"room":"Not A Room"}', 'bad_room'],
      ['join:{"room":7}', 'bad_room'],
      ['join:{"name":"\\u0007"}', 'bad_name'],
      ['join:{"key":"short"}', 'bad_frame'],
      ['join:{"after":{"epoch":"x"}}', 'bad_frame'],
      ['join:{"after":{"epoch":"x","seq":-1}}', 'bad_frame'],
      ['join:{"after":{"epoch":"x","seq":1.5}}', 'bad_frame'],
      ['join:{"token":7}', 'bad_frame'],
      ['join:{"ticks":"some"}', 'bad_frame'],
      ['msg:{"id":"a","text":"x"}', 'bad_frame'],
    ])('%s before joining with %s, and lets the client try again', async (frame, code) => {
      const client = await V1Client.connect(server.port);
      client.ws.send(frame);
      expect(await client.next('fail')).toMatchObject({ code });
      client.send('join', {});
      await client.hello();
    });

    it('handles frames sent between join and hello after hello, in order', async () => {
      const client = await V1Client.connect(server.port);
      client.send('join', {});
      client.send('name', { name: 'quick' });
      client.send('msg', { id: '1', text: 'a' });
      client.ws.send('nonsense');
      expect(await client.next('msg')).toMatchObject({ text: 'a', from: { name: 'quick' } });
    });

    it('closes a client with 4000 after ten bad frames', async () => {
      const client = await join();
      for (let i = 0; i < 10; i++) client.ws.send('nonsense');
      expect(await client.closed).toMatchObject({ code: 4000 });
      expect(client.all('fail')).toHaveLength(10);
    });

    it('closes a client that does not join in time with 4001', async () => {
      const client = await V1Client.connect(server.port);
      expect(await client.closed).toMatchObject({ code: 4001 });
    }, 10_000);

    it('closes with 1009 on a frame larger than any message', async () => {
      const client = await join();
      client.ws.send('x'.repeat(6 * 4096 + 8193));
      expect(await client.closed).toMatchObject({ code: 1009 });
    });

    it('takes the largest message in its longest form', async () => {
      const client = await join();
      client.ws.send(`msg:{"id":"a","text":"${'\\u0001'.repeat(4096)}"}`);
      expect((await client.next('msg')).text).toBe('\u0001'.repeat(4096));
    });
  });

  it('is closed with 1001 when the server stops, joined or not', async () => {
    const [joined, waiting] = [await join(), await V1Client.connect(server.port)];
    await server.stop();
    expect(await joined.closed).toMatchObject({ code: 1001 });
    expect(await waiting.closed).toMatchObject({ code: 1001 });
  });
});
