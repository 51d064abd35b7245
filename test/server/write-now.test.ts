import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeNow } from '../../src/server/write-now.js';

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

  afterEach(() => {
    near.destroy();
    far.destroy();
    server.close();
  });

  it('reaches the other end, in order with what the stream writes', async () => {
    let text = '';
    far.on('data', (chunk: Buffer) => (text += String(chunk)));
    expect(writeNow(near, Buffer.from('a'))).toBe(1);
    near.write('b');
    expect(writeNow(near, Buffer.from('c'))).toBe(1);
    near.end();
    await once(far, 'end');
    expect(text).toBe('abc');
  });

  it('writes what the kernel takes, and then nothing, without an exception', () => {
    far.pause();
    const large = Buffer.alloc(1024 * 1024);
    const taken = Array.from({ length: 64 }, () => writeNow(near, large));
    expect(taken.at(-1)).toBe(0);
    expect(taken.some((bytes) => bytes > 0 && bytes < large.length)).toBe(true);
  });

  it('writes nothing once the socket is destroyed, not even before it says so', async () => {
    near.destroy();
    // A connection that gets the same descriptor must not see what was meant for another.
    const other = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [otherNear] = (await once(server, 'connection')) as [Socket];
    expect(writeNow(near, Buffer.from('x'))).toBe(0);
    other.destroy();
    otherNear.destroy();
  });
});
