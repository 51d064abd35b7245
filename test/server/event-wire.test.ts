import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { bytesTaken, EventWire } from '../../src/server/event-wire.js';
import { until } from '../support/until.js';

/** More than a kernel takes for somebody who doesn't read. */
const MUCH = Buffer.alloc(16 * 1024 * 1024);

let near: Socket;
let far: Socket;
let wire: EventWire;
let got: string;

beforeEach(async () => {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [near] = (await once(server, 'connection')) as [Socket];
  server.close();
  got = '';
  far.on('data', (chunk: Buffer) => (got += String(chunk)));
  wire = new EventWire(near);
});

afterEach(() => {
  jest.useRealTimers();
  far.destroy();
  near.destroy();
});

describe('event wire', () => {
  it('pings with a comment, and hands over what is received as messages', async () => {
    const texts: string[] = [];
    wire.on('message', (data: Buffer) => texts.push(String(data)));
    wire.ping();
    await wire.receive(['one', 'two']);
    expect(texts).toEqual(['one', 'two']);
    await until('the comment', () => got === ':\n\n');
  });

  it('shows life while what it sends is taken, and none while nothing is', async () => {
    wire.ping();
    await until('the first is taken', () => bytesTaken(near) === 3);
    far.pause();
    near.write(MUCH);
    const before = bytesTaken(near);
    wire.ping();
    expect(bytesTaken(near)).toBe(before);
    far.resume();
    await until('the rest is taken', () => bytesTaken(near) > MUCH.length);
  });

  it('holds whoever hands something over while reading is paused', async () => {
    const order: string[] = [];
    wire.pause();
    const taken = wire.receive(['one']).then(() => order.push('taken'));
    order.push('resumes');
    wire.resume();
    await taken;
    expect(order).toEqual(['resumes', 'taken']);
  });

  it('ends with an event that says why, once, and tells its code', async () => {
    const closed = once(wire, 'close');
    wire.close(1001, 'server is going away');
    wire.close(4008, 'again');
    expect(wire.readyState).toBe(2);
    expect(await closed).toEqual([1001]);
    expect(got).toBe('event: close\ndata: {"code":1001,"reason":"server is going away"}\n\n');
    expect(wire.readyState).toBe(3);
  });

  it('is cut when its end is not read in time', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    far.pause();
    const closed = once(wire, 'close');
    near.write(MUCH);
    wire.close(4008, 'too slow: its queue is full');
    jest.advanceTimersByTime(9999);
    expect(near.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(near.destroyed).toBe(true);
    expect(await closed).toEqual([4008]);
  });

  it('tells a lost connection from one that was closed', async () => {
    const closed = once(wire, 'close');
    far.destroy();
    expect(await closed).toEqual([1006]);
  });
});
