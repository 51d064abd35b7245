import { describe, expect, it } from '@jest/globals';
import { CLOSE } from '../../../src/protocol/close-code.js';
import { Peer } from '../../../src/server/connection/peer.js';
import type { PeerContext } from '../../../src/server/connection/peer-context.js';
import type { WriteBatch } from '../../../src/server/connection/transport.js';
import { encodeWebSocket } from '../../../src/server/connection/websocket-frame.js';
import { newStats } from '../../../src/server/ops/stats.js';
import { fakeConnection } from '../../support/fake-connection.js';

const MAX_QUEUE = 10_000;

function peerOf(limits = { rate: 0, burst: 1, maxQueue: MAX_QUEUE }) {
  const connection = fakeConnection();
  const calls: string[] = [];
  const context: PeerContext<Peer> = {
    limits,
    encode: encodeWebSocket,
    newestTick: () => Buffer.from('[tick:newest]'),
    activity: (socket) => socket.bytesRead,
    onClosing: () => calls.push('closing'),
    stats: newStats(),
    onClosed: (_peer, code) => calls.push(`closed ${code}`),
    onFinished: () => calls.push('finished'),
  };
  const peer = new Peer(connection.asWebSocket, connection.asSocket, '192.0.2.1', context);
  peer.attach({ onText: (text) => calls.push(text), onClosing: () => {} });
  return { ...connection, peer, calls };
}

function batch(tick: string, messages: string): WriteBatch {
  return { all: Buffer.from(tick + messages), messages: Buffer.from(messages) };
}

/** Lets stream callbacks run. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('peer', () => {
  it('writes everything to a reader that keeps up', async () => {
    const { peer, socket } = peerOf();
    for (let i = 0; i < 5; i++) peer.write(batch(`[tick:${i}]`, `[msg:${i}]`));
    await nextTurn();
    expect(socket.text).toBe(
      '[tick:0][msg:0][tick:1][msg:1][tick:2][msg:2][tick:3][msg:3][tick:4][msg:4]',
    );
  });

  it('skips the ticks of a lagging reader and sends the newest when it has caught up', async () => {
    const { peer, socket } = peerOf();
    socket.stall();
    for (let i = 0; i < 5; i++) peer.write(batch(`[tick:${i}]`, `[msg:${i}]`));
    peer.write(batch('[tick:5]', ''));
    socket.read();
    await nextTurn();
    expect(socket.text).toBe('[tick:0][msg:0][msg:1][msg:2][msg:3][msg:4][tick:newest]');
    peer.write(batch('[tick:6]', ''));
    await nextTurn();
    expect(socket.text).toMatch(/\[tick:newest\]\[tick:6\]$/);
  });

  it('sends no extra tick to a reader that skipped none', async () => {
    const { peer, socket } = peerOf();
    socket.stall();
    peer.write(batch('', '[msg:0]'));
    peer.write(batch('', '[msg:1]'));
    socket.read();
    await nextTurn();
    expect(socket.text).toBe('[msg:0][msg:1]');
  });

  it('sends no tick twice to a reader that falls behind again just as it catches up', async () => {
    const { peer, socket } = peerOf();
    socket.stall();
    peer.write(batch('[tick:0]', ''));
    peer.write(batch('[tick:1]', '[msg:1]'));
    socket.read();
    socket.stall();
    peer.write(batch('[tick:2]', '[msg:2]'));
    await nextTurn();
    socket.read();
    await nextTurn();
    expect(socket.text).toBe('[tick:0][msg:1][msg:2][tick:newest]');
  });

  it('closes with 4008 instead of exceeding the limit of the queue', () => {
    const { peer, socket, ws, calls } = peerOf();
    socket.stall();
    const message = '[msg]'.repeat(50);
    for (let i = 0; i < 1000; i++) {
      peer.write(batch('[tick]', message));
      expect(socket.writableLength).toBeLessThanOrEqual(MAX_QUEUE);
    }
    expect(ws.closes).toEqual([[4008, 'too slow: its queue is full']]);
    expect(calls).toEqual(['closing']);
  });

  it('answers pings; while it lags, only the newest', async () => {
    const { socket, ws, peer } = peerOf();
    ws.emit('ping', Buffer.from('a'));
    socket.stall();
    peer.write(batch('', '[msg]'));
    for (const payload of ['b', 'c', 'd']) ws.emit('ping', Buffer.from(payload));
    expect(ws.pongs).toEqual(['a']);
    socket.read();
    await nextTurn();
    expect(ws.pongs).toEqual(['a', 'd']);
  });

  it('closes on a binary message with 1003 and handles nothing after it', () => {
    const { ws, calls } = peerOf();
    ws.emit('message', Buffer.from('a'), false);
    ws.emit('message', Buffer.from('b'), true);
    ws.emit('message', Buffer.from('c'), false);
    expect(ws.closes).toEqual([[1003, 'binary messages are not taken']]);
    expect(calls).toEqual(['a', 'closing']);
  });

  it('writes nothing after its close frame', async () => {
    const { peer, socket, ws } = peerOf();
    peer.close(CLOSE.goingAway);
    peer.close(CLOSE.tooSlow);
    peer.write(batch('[tick]', '[msg]'));
    peer.ping();
    await nextTurn();
    expect(socket.text).toBe('');
    expect(ws.pings).toBe(0);
    expect(ws.closes).toEqual([[1001, 'server is going away']]);
  });

  it('reports once that it is closing, and once that it is closed', () => {
    const { peer, ws, calls } = peerOf();
    peer.close(CLOSE.goingAway);
    ws.emit('close', 1001);
    expect(calls).toEqual(['closing', 'closed 1001', 'finished']);
  });

  it('resumes reading when the server closes it, whatever was queued', () => {
    const { peer, ws } = peerOf({ rate: 1, burst: 1, maxQueue: MAX_QUEUE });
    for (const text of ['a', 'b', 'c']) ws.emit('message', Buffer.from(text), false);
    expect(ws.paused).toBe(true);
    peer.close(CLOSE.goingAway);
    expect(ws.paused).toBe(false);
  });

  it('is alive when bytes came, or while reading is paused', () => {
    const { peer, socket, ws } = peerOf({ rate: 1, burst: 1, maxQueue: MAX_QUEUE });
    expect(peer.isAlive()).toBe(false);
    socket.bytesRead += 2;
    expect([peer.isAlive(), peer.isAlive()]).toEqual([true, false]);
    for (const text of ['a', 'b']) ws.emit('message', Buffer.from(text), false);
    expect([peer.isAlive(), peer.isAlive()]).toEqual([true, true]);
    peer.terminate();
  });
});
