import { afterEach, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../support/plain-client.js';
import { RawClient } from '../../support/raw-client.js';
import { OPCODE } from '../../support/raw-frames.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

const TEXT = 'x'.repeat(4096);

describe('slow reader', () => {
  let server: TestServer;

  afterEach(() => server.stop());

  /**
   * Sends messages until `done`, each when the one before has come back; a delay fails the test.
   */
  async function talk(speaker: PlainClient, done: () => boolean): Promise<number> {
    let sent = 0;
    while (!done() && sent < 20_000) {
      speaker.send(TEXT);
      await speaker.untilMessages(++sent);
    }
    return sent;
  }

  it('is closed with 4008 when its queue is full; other clients are not delayed', async () => {
    server = await startTestServer({ rate: '0', maxQueue: '256kb', tick: '10ms' });
    const stalled = await RawClient.handshaken(server.port);
    stalled.socket.pause();
    const speaker = await PlainClient.connect(server.port);
    const listener = await PlainClient.connect(server.port);
    let queued = 0;
    const sent = await talk(speaker, () => {
      queued = Math.max(queued, server.queuedBytes);
      return server.online === 2;
    });
    expect(server.online).toBe(2);
    expect(queued).toBeGreaterThan(TEXT.length);
    expect(queued).toBeLessThan((256 + 256) * 1024);
    expect(await listener.untilMessages(sent)).toHaveLength(sent);
    stalled.socket.resume();
    await stalled.untilFrame('close frame', ({ opcode }) => opcode === OPCODE.close);
    expect(stalled.closeCode).toBe(4008);
    stalled.socket.destroy();
  }, 30_000);

  it('gets every message and only the newest tick when it catches up in time', async () => {
    server = await startTestServer({ rate: '0', maxQueue: '64mb', tick: '10ms' });
    const stalled = await RawClient.handshaken(server.port);
    stalled.socket.pause();
    const speaker = await PlainClient.connect(server.port);
    // More than kernel buffers take.
    const sent = await talk(speaker, () => speaker.messages.length >= 3000);
    const from = server.tick;
    await speaker.inbox.until('20 ticks', () => server.tick >= from + 20);
    stalled.socket.resume();
    speaker.send('the end');
    await stalled.untilMessage('the end');
    await stalled.untilFrame('a tick after it', (frame) => tickOf(frame.payload) > server.tick - 3);
    const texts = stalled.frames.map(({ payload }) => String(payload));
    expect(texts.filter((text) => text === `msg:${TEXT}`)).toHaveLength(sent);
    const ticks = texts.filter((text) => text.startsWith('tick:'));
    expect(
      ticks.some((text) => Number(text.slice(5)) > from && Number(text.slice(5)) < from + 19),
    ).toBe(false);
    stalled.socket.destroy();
  }, 30_000);

  it('that sends only pings gets a bounded number of pongs queued', async () => {
    server = await startTestServer({ rate: '0', maxQueue: '256kb', tick: '1h' });
    const stalled = await RawClient.handshaken(server.port);
    stalled.socket.pause();
    // 300,000 pings, whose pongs are many times the size of the kernel's buffers.
    const pings = Buffer.concat(Array.from({ length: 300_000 }, () => PING));
    stalled.socket.write(pings);
    const other = await PlainClient.connect(server.port);
    for (let i = 1; i <= 50; i++) {
      other.send(`m${i}`);
      await other.untilMessages(i);
      expect(server.queuedBytes).toBeLessThan(256 * 1024);
    }
    expect(stalled.socket.writableLength).toBeGreaterThan(pings.length / 2); // it is not read
    stalled.socket.destroy();
  }, 30_000);
});

const PING = Buffer.from([0x89, 0xfd, 0, 0, 0, 0, ...Buffer.alloc(125, 0x70)]);

function tickOf(payload: Buffer): number {
  const text = String(payload);
  return text.startsWith('tick:') ? Number(text.slice(5)) : -1;
}
