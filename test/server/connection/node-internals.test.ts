import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  handleOf,
  readFirst,
  writeNow as writeTo,
  type FirstReader,
} from '../../../src/server/connection/node-internals.js';
import { until } from '../../support/until.js';

describe('writing past the stream', () => {
  const server = createServer({ noDelay: true });
  let far: Socket;
  let near: Socket;

  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    far = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [near] = (await once(server, 'connection')) as [Socket];
  });

  /** Like a peer, takes the handle when the connection is accepted. */
  function writerOf(socket: Socket): (data: Buffer) => number {
    const handle = handleOf(socket);
    if (handle?.fd === undefined) throw new Error('no handle');
    const { fd } = handle;
    return (data) => writeTo(socket, handle, fd, data);
  }

  afterEach(() => {
    near.destroy();
    far.destroy();
    server.close();
  });

  it('arrives in order with writes through the stream', async () => {
    const writeNow = writerOf(near);
    let text = '';
    far.on('data', (chunk: Buffer) => (text += String(chunk)));
    expect(writeNow(Buffer.from('a'))).toBe(1);
    near.write('b');
    expect(writeNow(Buffer.from('c'))).toBe(1);
    near.end();
    await once(far, 'end');
    expect(text).toBe('abc');
  });

  it('writes what the kernel takes, then nothing, without an exception', () => {
    const writeNow = writerOf(near);
    far.pause();
    const large = Buffer.alloc(1024 * 1024);
    const taken = Array.from({ length: 64 }, () => writeNow(large));
    expect(taken.at(-1)).toBe(0);
    expect(taken.some((bytes) => bytes > 0 && bytes < large.length)).toBe(true);
  });

  it('writes nothing after the socket was destroyed, even before its close event', async () => {
    const writeNow = writerOf(near);
    near.destroy();
    expect(handleOf(near)).toBeUndefined();
    // A connection that gets the same descriptor must not get the bytes of another.
    const other = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [otherNear] = (await once(server, 'connection')) as [Socket];
    expect(writeNow(Buffer.from('x'))).toBe(0);
    other.destroy();
    otherNear.destroy();
  });
});

describe('reading before the stream', () => {
  let server: Server;
  let near: Socket;
  let far: Socket;
  let streamed = '';

  beforeEach(async () => {
    streamed = '';
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    far = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [near] = (await once(server, 'connection')) as [Socket];
    near.on('data', (chunk: Buffer) => (streamed += String(chunk)));
  });

  afterEach(() => {
    near.destroy();
    far.destroy();
    server.close();
  });

  /** Takes what stands before a full stop. */
  class Sentences implements FirstReader {
    taken = '';
    take(data: Buffer, size: number): number {
      const end = data.subarray(0, size).lastIndexOf('.') + 1;
      this.taken += data.toString('utf8', 0, end);
      return end;
    }
  }

  it('leaves to the stream what is not taken, in order and for good', async () => {
    const reader = new Sentences();
    readFirst(near, handleOf(near), reader);
    far.write('one.two.thr');
    await until('rest', () => streamed === 'thr');
    far.write('ee.x');
    await until('the next', () => streamed === 'thrx');
    expect(reader.taken).toBe('one.two.ee.');
    far.end('end');
    await once(near, 'end');
    expect(streamed).toBe('thrxend');
  });

  it('takes nothing while older bytes wait in the stream', async () => {
    const reader = new Sentences();
    readFirst(near, handleOf(near), reader);
    near.unshift(Buffer.from('older'));
    near.pause();
    far.write('newer.');
    near.resume();
    await until('all', () => `${streamed}${reader.taken}`.length === 11);
    expect(streamed).toBe(reader.taken === '' ? 'oldernewer.' : 'older');
  });

  it('stops while the socket is paused', async () => {
    const reader = new Sentences();
    readFirst(near, handleOf(near), reader);
    near.pause();
    const [other] = await Promise.all([once(server, 'connection'), again()]);
    far.write('a.');
    // A later byte of another connection arrives: the first would have been read by now.
    await echoed(other[0] as Socket);
    expect(reader.taken).toBe('');
    near.resume();
    await until('read', () => reader.taken === 'a.');
  });

  let second: Socket;
  async function again(): Promise<void> {
    second = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(second, 'connect');
  }
  async function echoed(accepted: Socket): Promise<void> {
    second.write('x');
    await once(accepted, 'data');
    second.destroy();
    accepted.destroy();
  }

  it.each([
    ['the handle can’t', (socket: Socket) => ({ fd: handleOf(socket)?.fd ?? -1 })],
    ['there is no handle', () => undefined],
  ])('does without the shared buffer where %s', async (_, handleFor) => {
    const reader = new Sentences();
    readFirst(near, handleFor(near), reader);
    far.write('a.b');
    await until('the rest', () => streamed === 'b');
    near.pause();
    far.write('c.');
    near.resume();
    far.end('d.e');
    await once(near, 'end');
    expect(`${reader.taken}${streamed}`).toHaveLength(8);
    expect(reader.taken.startsWith('a.')).toBe(true);
  });

  it('takes nothing from a paused socket without the shared buffer', async () => {
    const reader = new Sentences();
    readFirst(near, undefined, reader);
    near.pause();
    far.write('a.');
    await until('it waits', () => near.readableLength === 2);
    expect(reader.taken).toBe('');
    near.resume();
    await until('streamed', () => streamed === 'a.');
  });
});
