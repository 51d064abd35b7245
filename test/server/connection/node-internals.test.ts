import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { handleOf, writeNow as writeTo } from '../../../src/server/connection/node-internals.js';

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
