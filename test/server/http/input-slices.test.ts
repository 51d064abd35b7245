import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { readInSlices } from '../../../src/server/http/input-slices.js';
import { until } from '../../support/until.js';

const SENT = Buffer.from(Array.from({ length: 60_000 }, (_, i) => i % 251));

async function accepted(): Promise<{ near: Socket; far: Socket; end: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  return {
    near,
    far,
    end: () => {
      far.destroy();
      near.destroy();
      server.close();
    },
  };
}

describe('input in slices', () => {
  it('comes whole and in order, however often its reader pauses', async () => {
    const { near, far, end } = await accepted();
    readInSlices(near);
    const slices: Buffer[] = [];
    near.on('data', (slice: Buffer) => {
      slices.push(slice);
      near.pause();
      setImmediate(() => near.resume());
    });
    far.write(SENT);
    await until('all is there', () => Buffer.concat(slices).length === SENT.length);
    expect(Buffer.concat(slices).equals(SENT)).toBe(true);
    expect(Math.max(...slices.map((slice) => slice.length))).toBeLessThanOrEqual(2048);
    end();
  });

  it('ends for a reader that pauses or destroys the socket', async () => {
    for (const stop of ['pause', 'destroy'] as const) {
      const { near, far, end } = await accepted();
      readInSlices(near);
      let slices = 0;
      near.on('data', () => {
        slices += 1;
        near[stop]();
      });
      far.write(SENT);
      await until('something is read', () => near.bytesRead > 2048 || near.destroyed);
      await new Promise((resolve) => setImmediate(resolve));
      expect(slices).toBe(1);
      end();
    }
  });

  it('tells the end of the stream', async () => {
    const { near, far, end } = await accepted();
    readInSlices(near);
    near.resume();
    const ended = once(near, 'end');
    far.end('the last words');
    await ended;
    end();
  });
});
