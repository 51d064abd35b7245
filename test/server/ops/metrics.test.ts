import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlainClient, refusal } from '../../support/plain-client.js';
import { OPCODE } from '../../support/raw-frames.js';
import { RawClient } from '../../support/raw-client.js';
import { scrape } from '../../support/metrics.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { until } from '../../support/until.js';
import { V1Client } from '../../support/v1-client.js';

describe('metrics', () => {
  let server: TestServer;
  let port = 0;

  beforeEach(async () => {
    server = await startTestServer({ metrics: '127.0.0.1:0', tick: '50ms', replay: '0' });
    port = server.metricsAddress?.port ?? 0;
  });

  afterEach(() => server.stop());

  /** Resolves once a sample has its value: the server notices the end of a connection later. */
  async function untilSample(name: string, value: number): Promise<void> {
    let last: number | undefined;
    const holds = async (): Promise<boolean> => {
      last = (await scrape(port)).samples.get(name);
      return last === value;
    };
    await until(`${name} ${value}`, holds).catch((error: Error) => {
      throw new Error(`${error.message}; it is ${last}`);
    });
  }

  it('count clients by kind, messages once and deliveries by client', async () => {
    const plain = await PlainClient.connect(server.port);
    const v1 = await V1Client.join(server.port);
    const joining = await V1Client.connect(server.port);
    const elsewhere = await PlainClient.connect(server.port, '?room=elsewhere');
    plain.send('one');
    plain.send('two');
    v1.send('msg', { id: '1', text: 'three' });
    await Promise.all([plain.untilMessages(3), v1.untilMessages(3)]);
    await untilSample('tickchat_clients{kind="plain"}', 2);
    await untilSample('tickchat_clients{kind="v1"}', 1);
    await untilSample('tickchat_clients{kind="joining"}', 1);
    await untilSample('tickchat_rooms', 2);
    await untilSample('tickchat_accepted_total', 4);
    await untilSample('tickchat_messages_total', 3);
    await untilSample('tickchat_deliveries_total', 6);
    await untilSample('tickchat_append_duration_seconds_count', 3);
    await untilSample('tickchat_queued_bytes', 0);
    for (const { ws } of [plain, v1, joining, elsewhere]) ws.close(1000);
    await untilSample('tickchat_left_total{code="1000"}', 4);
    await untilSample('tickchat_clients{kind="plain"}', 0);
  });

  it('count the bytes that clients get, to the last one', async () => {
    const client = await RawClient.handshaken(server.port);
    client.sendFrame(OPCODE.text, 'hello');
    await client.untilMessage('hello');
    await server.stop(); // no more ticks: all counted bytes were sent
    await client.untilFrame('close frame', ({ opcode }) => opcode === OPCODE.close);
    const texts = client.frames.filter(({ opcode }) => opcode === OPCODE.text);
    const bytes = texts.reduce((sum, { payload }) => sum + 2 + payload.length, 0);
    expect(server.stats.bytesOut).toBe(bytes);
    client.socket.destroy();
  });

  it('count ticks, skipped ticks and their lateness', async () => {
    const client = await PlainClient.connect(server.port);
    await client.untilTicks(5);
    const { samples } = await scrape(port);
    const ticks = samples.get('tickchat_ticks_total') ?? 0;
    expect(ticks).toBeGreaterThanOrEqual(5);
    expect(samples.get('tickchat_tick_lateness_seconds_count')).toBe(ticks - 1);
    expect(samples.get('tickchat_skipped_ticks_total')).toBe(server.skippedTicks);
    client.ws.terminate();
  });

  it('count rejected handshakes by reason', async () => {
    await refusal(server.port, '', { origin: 'http://evil.example' });
    await refusal(server.port, '?room=A');
    await refusal(server.port, '?room=B');
    await untilSample('tickchat_refusals_total{reason="origin"}', 1);
    await untilSample('tickchat_refusals_total{reason="room"}', 2);
    await untilSample('tickchat_refusals_total{reason="full"}', 0);
  });

  it.each([
    ['a binary message', 1003, [OPCODE.binary, 'x']],
    ['a frame of no known kind', 1002, [3, 'x']],
    ['bad UTF-8', 1007, [OPCODE.text, Buffer.from([0xc3, 0x28])]],
    ['a message over the limit', 1009, [OPCODE.text, 'x'.repeat(4097)]],
  ] as Array<[string, number, Parameters<RawClient['sendFrame']>]>)(
    'count connections that were closed for %s',
    async (_what, code, frame) => {
      const client = await RawClient.handshaken(server.port);
      client.sendFrame(...frame);
      await untilSample(`tickchat_closed_total{code="${code}"}`, 1);
      client.socket.destroy();
    },
  );

  it('count lost connections as 1006 and unknown close codes of clients as 0', async () => {
    const lost = await RawClient.handshaken(server.port);
    lost.socket.resetAndDestroy();
    await untilSample('tickchat_left_total{code="1006"}', 1);
    const liar = await PlainClient.connect(server.port);
    liar.ws.close(4008);
    await untilSample('tickchat_left_total{code="0"}', 1);
    await untilSample('tickchat_closed_total{code="4008"}', 0);
  });

  it('have the event loop delay, memory and the build', async () => {
    const { samples } = await scrape(port);
    expect(samples.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    const build = [...samples.keys()].find((name) => name.startsWith('tickchat_build_info{'));
    expect(build).toContain(`node="${process.version}"`);
  });
});

describe('the metrics listener', () => {
  async function statusOf(port: number, path: string, method = 'GET'): Promise<number> {
    const { status } = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return status;
  }

  it('is ready until the server drains, and answers until it has drained', async () => {
    const server = await startTestServer({ metrics: '127.0.0.1:0', drainTimeout: '10s' });
    const port = server.metricsAddress?.port ?? 0;
    expect(await statusOf(port, '/readyz')).toBe(200);
    // A client that doesn't answer the close keeps the drain going.
    const client = await RawClient.handshaken(server.port);
    client.socket.pause();
    const stopped = server.stop();
    expect(await statusOf(port, '/readyz')).toBe(503);
    expect(await statusOf(port, '/healthz')).toBe(200);
    expect(await statusOf(port, '/metrics')).toBe(200);
    client.socket.destroy();
    await stopped;
    await expect(statusOf(port, '/healthz')).rejects.toThrow('fetch failed');
  });

  it('serves nothing else, and nothing of it is on the clients’ port', async () => {
    const server = await startTestServer({ metrics: '127.0.0.1:0' });
    const port = server.metricsAddress?.port ?? 0;
    expect(await statusOf(port, '/')).toBe(404);
    expect(await statusOf(port, '/metrics', 'POST')).toBe(405);
    expect(await statusOf(port, '/metrics?x=1', 'HEAD')).toBe(200);
    expect(await statusOf(server.port, '/metrics')).toBe(404);
    await server.stop();
  });

  it('fails the start with one line if it can not listen, and leaves nothing open', async () => {
    const first = await startTestServer({ metrics: '127.0.0.1:0' });
    const taken = `127.0.0.1:${first.metricsAddress?.port}`;
    await expect(startTestServer({ metrics: taken })).rejects.toThrow(
      `--metrics ${taken}: already in use; choose another port, or 0 for any free one`,
    );
    await expect(startTestServer({ metrics: '192.0.2.1:0' })).rejects.toThrow(
      '--metrics 192.0.2.1:0: not an address of this machine',
    );
    await expect(
      startTestServer({ metrics: '127.0.0.1:0', port: String(first.port) }),
    ).rejects.toThrow('EADDRINUSE');
    await first.stop();
  });

  it('exists only with --metrics', async () => {
    const server = await startTestServer();
    expect(server.metricsAddress).toBeUndefined();
    await server.stop();
  });
});
