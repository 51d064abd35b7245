import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  handleOf,
  readFirst,
  writeNow as writeTo,
  type Handle,
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

/** A socket’s handle, as far as a Node has what it takes. */
const WAYS: ReadonlyArray<readonly [string, (socket: Socket) => Handle | undefined]> = [
  ['into the shared buffer', handleOf],
  ['where the handle can’t do that', (socket) => ({ fd: handleOf(socket)?.fd ?? -1 })],
  ['without a handle', () => undefined],
];

describe.each(WAYS)('reading before the stream %s', (_, handleFor) => {
  let server: Server;
  let near: Socket;
  let far: Socket;
  let events: string[];

  beforeEach(async () => {
    events = [];
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    far = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [near] = (await once(server, 'connection')) as [Socket];
    near.on('data', (chunk: Buffer) => events.push(`stream ${String(chunk)}`));
    // Takes what stands before a full stop.
    readFirst(near, handleFor(near), {
      take(data, size) {
        const end = data.subarray(0, size).lastIndexOf('.') + 1;
        if (end > 0) events.push(`taken ${data.toString('utf8', 0, end)}`);
        return end;
      },
    });
  });

  afterEach(() => {
    near.destroy();
    far.destroy();
    server.close();
  });

  it('leaves to the stream what is not taken, in order and for good', async () => {
    far.write('one.two.thr');
    await until('the rest', () => events.length === 2);
    far.write('ee.x');
    await until('the next', () => events.length === 4);
    far.end('end');
    await once(near, 'end');
    const all = ['taken one.two.', 'stream thr', 'taken ee.', 'stream x', 'stream end'];
    expect(events).toEqual(all);
  });

  it('takes nothing while older bytes wait in the stream', async () => {
    near.pause();
    far.write('older.');
    await until('it waits', () => near.readableLength === 6);
    near.resume(); // the stream flows in a later turn
    deliver(near, 'newer.');
    await until('all', () => events.join('').includes('newer.'));
    expect(events.map((event) => event.split(' ')[0])).not.toContain('taken');
    expect(events.join('').replaceAll('stream ', '')).toBe('older.newer.');
    far.write('newest.');
    await until('taken again', () => events.at(-1) === 'taken newest.');
  });

  it('sees the end of a connection that is paused', async () => {
    far.write('a.');
    await until('taken', () => events.length === 1);
    near.pause();
    far.end();
    await once(near, 'end');
    expect(events).toEqual(['taken a.']);
  });
});

/** Lets a socket read `text` now. */
function deliver(socket: Socket, text: string): void {
  const data = Buffer.from(text);
  const key = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'kBufferCb',
  );
  const onRead = (socket as unknown as Record<symbol, unknown>)[key ?? Symbol.iterator];
  if (typeof onRead === 'function') onRead.call(socket, data.length, data);
  else socket.push(data);
}
