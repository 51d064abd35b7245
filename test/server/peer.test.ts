import { describe, expect, it } from '@jest/globals';
import { CLOSE } from '../../src/protocol/close-code.js';
import { Peer, type Batch, type PeerOwner } from '../../src/server/peer.js';
import { textFrames } from '../../src/server/websocket-frame.js';
import { newStats } from '../../src/server/stats.js';
import { fakeConnection } from '../support/fake-connection.js';

const MAX_QUEUE = 10_000;

function peerOf(limits = { rate: 0, burst: 1, maxQueue: MAX_QUEUE }) {
  const connection = fakeConnection();
  const told: string[] = [];
  const owner: PeerOwner = {
    limits,
    encode: textFrames,
    newestTick: () => Buffer.from('[tick:newest]'),
    lifeSign: (socket) => socket.bytesRead,
    onClosing: () => told.push('closing'),
    stats: newStats(),
    onGone: (_peer, code) => told.push(`gone ${code}`),
    onDone: () => told.push('done'),
  };
  const peer = new Peer(connection.asWebSocket, connection.asSocket, '192.0.2.1', owner);
  peer.begin({ onText: (text) => told.push(text), onClosing: () => {} });
  return { ...connection, peer, told };
}

function batch(tick: string, messages: string): Batch {
  return { all: Buffer.from(tick + messages), messages: Buffer.from(messages) };
}

/** Lets the callbacks of a stream run. */
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

  it('sends no tick of its own to one that missed none', async () => {
    const { peer, socket } = peerOf();
    socket.stall();
    peer.write(batch('', '[msg:0]'));
    peer.write(batch('', '[msg:1]'));
    socket.read();
    await nextTurn();
    expect(socket.text).toBe('[msg:0][msg:1]');
  });

  it('sends no tick twice to one that falls behind again just as it has caught up', async () => {
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

  it('keeps the queue under its limit and closes with 4008 when it would not', () => {
    const { peer, socket, ws, told } = peerOf();
    socket.stall();
    const message = '[msg]'.repeat(50);
    for (let i = 0; i < 1000; i++) {
      peer.write(batch('[tick]', message));
      expect(socket.writableLength).toBeLessThanOrEqual(MAX_QUEUE);
    }
    expect(ws.closes).toEqual([[4008, 'too slow: its queue is full']]);
    expect(told).toEqual(['closing']);
  });

  it('answers pings; of those sent while it does not read only the newest', async () => {
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
    const { ws, told } = peerOf();
    ws.emit('message', Buffer.from('a'), false);
    ws.emit('message', Buffer.from('b'), true);
    ws.emit('message', Buffer.from('c'), false);
    expect(ws.closes).toEqual([[1003, 'binary messages are not taken']]);
    expect(told).toEqual(['a', 'closing']);
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

  it('says once that it closes and once that it is gone', () => {
    const { peer, ws, told } = peerOf();
    peer.close(CLOSE.goingAway);
    ws.emit('close', 1001);
    expect(told).toEqual(['closing', 'gone 1001', 'done']);
  });

  it('reads on while a server close waits for its answer, however much was held back', () => {
    const { peer, ws } = peerOf({ rate: 1, burst: 1, maxQueue: MAX_QUEUE });
    for (const text of ['a', 'b', 'c']) ws.emit('message', Buffer.from(text), false);
    expect(ws.paused).toBe(true);
    peer.close(CLOSE.goingAway);
    expect(ws.paused).toBe(false);
  });

  it('was heard when bytes came, or when it is not being read', () => {
    const { peer, socket, ws } = peerOf({ rate: 1, burst: 1, maxQueue: MAX_QUEUE });
    expect(peer.heard()).toBe(false);
    socket.bytesRead += 2;
    expect([peer.heard(), peer.heard()]).toEqual([true, false]);
    for (const text of ['a', 'b']) ws.emit('message', Buffer.from(text), false);
    expect([peer.heard(), peer.heard()]).toEqual([true, true]);
    peer.terminate();
  });
});
