import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { bytesTaken, SseTransport } from '../../../src/server/connection/sse-transport.js';
import { until } from '../../support/until.js';

/** More than kernel buffers take for a client that doesn't read. */
const MUCH = Buffer.alloc(16 * 1024 * 1024);

let near: Socket;
let far: Socket;
let transport: SseTransport;
let got: string;

beforeEach(async () => {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [near] = (await once(server, 'connection')) as [Socket];
  server.close();
  got = '';
  far.on('data', (chunk: Buffer) => (got += String(chunk)));
  transport = new SseTransport(near);
});

afterEach(() => {
  jest.useRealTimers();
  far.destroy();
  near.destroy();
});

describe('SSE transport', () => {
  it('pings with a comment, and emits received texts as messages', async () => {
    const texts: string[] = [];
    transport.on('message', (data: Buffer) => texts.push(String(data)));
    transport.ping();
    await transport.receive(['one', 'two']);
    expect(texts).toEqual(['one', 'two']);
    await until('the comment', () => got === ':\n\n');
  });

  it('shows activity while the client reads, and none while it does not', async () => {
    transport.ping();
    await until('the first is taken', () => bytesTaken(near) === 3);
    far.pause();
    near.write(MUCH);
    const before = bytesTaken(near);
    transport.ping();
    expect(bytesTaken(near)).toBe(before);
    far.resume();
    await until('the rest is taken', () => bytesTaken(near) > MUCH.length);
  });

  it('delays the sender of texts while reading is paused', async () => {
    const order: string[] = [];
    transport.pause();
    const taken = transport.receive(['one']).then(() => order.push('taken'));
    order.push('resumes');
    transport.resume();
    await taken;
    expect(order).toEqual(['resumes', 'taken']);
  });

  it('ends with one close event, and reports its code', async () => {
    const closed = once(transport, 'close');
    transport.close(1001, 'server is going away');
    transport.close(4008, 'again');
    expect(transport.readyState).toBe(2);
    expect(await closed).toEqual([1001]);
    expect(got).toBe('event: close\ndata: {"code":1001,"reason":"server is going away"}\n\n');
    expect(transport.readyState).toBe(3);
  });

  it('is cut when the client does not read its end in time', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    far.pause();
    const closed = once(transport, 'close');
    near.write(MUCH);
    transport.close(4008, 'too slow: its queue is full');
    jest.advanceTimersByTime(9999);
    expect(near.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(near.destroyed).toBe(true);
    expect(await closed).toEqual([4008]);
  });

  it('reports 1006 for a lost connection', async () => {
    const closed = once(transport, 'close');
    far.destroy();
    expect(await closed).toEqual([1006]);
  });
});
