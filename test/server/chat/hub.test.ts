import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CLOSE } from '../../../src/protocol/close-code.js';
import { Hub } from '../../../src/server/chat/hub.js';
import { Peer } from '../../../src/server/connection/peer.js';
import type { SubscriberKind } from '../../../src/server/chat/room.js';
import { encodeWebSocket } from '../../../src/server/connection/websocket-frame.js';
import { newStats } from '../../../src/server/ops/stats.js';
import { fakeConnection } from '../../support/fake-connection.js';
import { readFrames } from '../../support/raw-frames.js';

function join(
  hub: Hub,
  roomName: string,
  { maxQueue = 100_000, kind = 'plain' }: { maxQueue?: number; kind?: SubscriberKind } = {},
) {
  const { ws, socket, asWebSocket, asSocket } = fakeConnection();
  const room = hub.acquireRoom(roomName);
  const id = kind === 'plain' ? undefined : randomUUID();
  const peer = new Peer(asWebSocket, asSocket, '192.0.2.1', {
    limits: { rate: 0, burst: 1, maxQueue },
    encode: encodeWebSocket,
    newestTick: () => hub.newestTick.websocket,
    activity: () => 0,
    onClosing: (closing) => hub.disconnect(closing),
    stats: newStats(),
    onClosed: () => {},
    onFinished: () => {},
  });
  peer.attach({ onText: () => {}, onClosing: () => hub.leave(room, peer, id) });
  hub.connect(peer);
  hub.join(room, peer, kind, id);
  const texts = () =>
    readFrames(Buffer.concat(socket.received)).frames.map(({ payload }) => String(payload));
  return { peer, room, ws, socket, texts };
}

let seq = 0;

function say(hub: Hub, room: string, text: string): void {
  seq += 1;
  hub.announce({ room, text, seq, at: 5, id: 'i', from: { id: 'ann-id', name: 'ann' } });
}

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A turn that brings something, and one that brings nothing. */
async function flushed(): Promise<void> {
  await endOfTurn();
  await endOfTurn();
}

describe('hub', () => {
  it('sends all frames of a turn in one write to each peer, from one buffer', async () => {
    const hub = new Hub('epoch');
    const peers = [join(hub, 'lobby'), join(hub, 'lobby')];
    for (const text of ['a', 'b', 'c']) say(hub, 'lobby', text);
    expect(peers.map(({ socket }) => socket.received)).toEqual([[], []]);
    await flushed();
    for (const { socket, texts } of peers) {
      expect(socket.received).toHaveLength(1);
      expect(texts()).toEqual(['msg:a', 'msg:b', 'msg:c']);
    }
    expect(peers[0]?.socket.received[0]).toBe(peers[1]?.socket.received[0]);
  });

  it('sends the frames of successive turns in one write, those of three at most', async () => {
    const hub = new Hub('epoch');
    const { socket, texts } = join(hub, 'lobby');
    for (const text of ['a', 'b', 'c', 'd']) {
      say(hub, 'lobby', text);
      await endOfTurn();
    }
    expect(texts()).toEqual(['msg:a', 'msg:b', 'msg:c']);
    await endOfTurn();
    expect(socket.received).toHaveLength(2);
    expect(texts().at(-1)).toBe('msg:d');
  });

  it('encodes the frames of a turn once per transport', async () => {
    const hub = new Hub('epoch');
    const streams = [join(hub, 'lobby', { kind: 'sse' }), join(hub, 'lobby', { kind: 'sse' })];
    const socket = join(hub, 'lobby', { kind: 'v1' });
    say(hub, 'lobby', 'a');
    hub.tick(7);
    for (const { socket: stream } of streams) {
      expect(stream.received).toHaveLength(1);
      expect(stream.text).toBe(
        'event: tick\ndata: 7\n\n' +
          `event: msg\nid: epoch:${seq}\ndata: {"seq":${seq},"at":5,` +
          '"from":{"id":"ann-id","name":"ann"},"text":"a","id":"i"}\n\n',
      );
    }
    expect(streams[0]?.socket.received[0]).toBe(streams[1]?.socket.received[0]);
    expect(socket.texts()[0]).toBe('tick:7');
  });

  it('sends a tick to every room at once, with the queued messages', () => {
    const hub = new Hub('epoch');
    const [one, two] = [join(hub, 'one'), join(hub, 'two')];
    say(hub, 'one', 'a');
    hub.tick(7);
    expect(one.texts()).toEqual(['tick:7', 'msg:a']);
    expect(two.texts()).toEqual(['tick:7']);
  });

  it('sends a message once, though a tick came before the turn ended', async () => {
    const hub = new Hub('epoch');
    const peer = join(hub, 'lobby');
    say(hub, 'lobby', 'a');
    hub.tick(1);
    await flushed();
    say(hub, 'lobby', 'b');
    await flushed();
    expect(peer.texts()).toEqual(['tick:1', 'msg:a', 'msg:b']);
  });

  it('counts connections, and forgets empty rooms', async () => {
    const hub = new Hub('epoch');
    const [one, two] = [join(hub, 'one'), join(hub, 'two')];
    expect([hub.size, one.room.size]).toEqual([2, 1]);
    say(hub, 'one', 'to nobody');
    one.peer.close(CLOSE.goingAway);
    expect([hub.size, one.room.empty, two.room.empty]).toEqual([1, true, false]);
    await flushed();
    expect(one.texts()).toEqual([]);
    expect(hub.acquireRoom('one')).not.toBe(one.room);
    expect(hub.acquireRoom('two')).toBe(two.room);
  });

  it('keeps a room for a joining peer, with the newest seq', () => {
    const hub = new Hub('epoch');
    const room = hub.acquireRoom('lobby');
    say(hub, 'lobby', 'a');
    expect([room.newestSeq, room.empty]).toEqual([seq, false]);
    hub.releaseRoom(room);
    expect(room.empty).toBe(true);
    expect(hub.acquireRoom('lobby')).not.toBe(room);
  });

  it('sends a new peer nothing that was announced before it joined', async () => {
    const hub = new Hub('epoch');
    const early = join(hub, 'lobby');
    say(hub, 'lobby', 'before');
    const late = join(hub, 'lobby');
    say(hub, 'lobby', 'after');
    await flushed();
    expect(early.texts()).toEqual(['msg:before', 'msg:after']);
    expect(late.texts()).toEqual(['msg:after']);
  });

  it('sends each kind of client its own frames, and the same tick', () => {
    const hub = new Hub('epoch');
    const plain = join(hub, 'lobby');
    const v1 = join(hub, 'lobby', { kind: 'v1' });
    say(hub, 'lobby', 'a"b');
    hub.tick(3);
    expect(plain.texts()).toEqual(['tick:3', 'msg:a"b']);
    const [tick, message] = v1.texts();
    expect(tick).toBe('tick:3');
    expect(JSON.parse(message?.slice(4) ?? '')).toEqual({
      seq,
      at: 5,
      from: { id: 'ann-id', name: 'ann' },
      text: 'a"b',
      id: 'i',
    });
  });

  it('sends sparse ticks at the first boundary and then in turns, every tick to the others', () => {
    const hub = new Hub('epoch', newStats(), 1000);
    const all = [join(hub, 'lobby'), join(hub, 'lobby', { kind: 'v1' })];
    const sparse = ['lobby', 'lobby', 'other', 'third', 'third'].map((room) =>
      join(hub, room, { kind: 'sparse' }),
    );
    const numbers = Array.from({ length: 11 }, (_, n) => `tick:${n}`);
    for (const n of numbers.keys()) hub.tick(n);
    for (const { texts } of all) expect(texts()).toEqual(numbers);
    const afterFirst = sparse.map(({ texts }) => texts().slice(1));
    for (const { texts } of sparse) expect(texts()[0]).toBe('tick:0');
    for (const [first, second] of afterFirst) {
      expect(Number(second?.slice(5))).toBe(Number(first?.slice(5)) + 5);
    }
    expect(new Set(afterFirst.map(([first]) => first)).size).toBe(5);
  });

  it('sends messages and a tick in one write each to peers with sparse ticks, the tick first', () => {
    const stats = newStats();
    const hub = new Hub('epoch', stats, 1000);
    const peers = Array.from({ length: 7 }, () => join(hub, 'lobby', { kind: 'sparse' }));
    const quiet = join(hub, 'quiet', { kind: 'sparse' });
    hub.tick(0);
    for (const { socket } of [...peers, quiet]) socket.received.length = 0;
    const before = stats.bytesOut;
    for (let n = 1; n <= 5; n += 1) {
      say(hub, 'lobby', 'a');
      hub.tick(n);
    }
    for (const { socket, texts } of peers) {
      expect(socket.received).toHaveLength(5);
      const verbs = texts().map((text) => text.split(':')[0]);
      expect(verbs.filter((verb) => verb === 'tick')).toHaveLength(1);
      const withTick = verbs.indexOf('tick');
      const batch = readFrames(socket.received[withTick] ?? Buffer.alloc(0)).frames;
      expect(batch.map(({ payload }) => String(payload))).toEqual([
        `tick:${withTick + 1}`,
        texts()[withTick + 1],
      ]);
    }
    expect(quiet.texts()).toHaveLength(1);
    const sent = [...peers, quiet].flatMap(({ socket }) => socket.received);
    expect(stats.bytesOut - before).toBe(Buffer.concat(sent).length);
  });

  it('sends the messages of a turn once, though a tick for nobody of the room came', async () => {
    const hub = new Hub('epoch', newStats(), 10);
    const peer = join(hub, 'lobby', { kind: 'sparse' });
    hub.tick(0);
    say(hub, 'lobby', 'a');
    hub.tick(1);
    await endOfTurn();
    expect(peer.texts().map((text) => text.split(':')[0])).toEqual(['tick', 'msg']);
    expect(peer.socket.received).toHaveLength(2);
  });

  it('sends a lagging peer with sparse ticks the newest one, if it has skipped one', async () => {
    const hub = new Hub('epoch', newStats(), 5000);
    const peer = join(hub, 'lobby', { kind: 'sparse' });
    peer.socket.stall();
    for (const n of [1, 2, 3]) hub.tick(n);
    peer.socket.read();
    await endOfTurn();
    expect(peer.texts()).toEqual(['tick:1', 'tick:3']);
  });

  it('counts peers with sparse ticks as v1, and forgets them when they leave', () => {
    const hub = new Hub('epoch', newStats(), 1000);
    const peer = join(hub, 'lobby', { kind: 'sparse' });
    join(hub, 'lobby', { kind: 'v1' }).peer.close(CLOSE.goingAway);
    expect([hub.counts().v1, peer.room.size]).toEqual([1, 1]);
    peer.peer.close(CLOSE.goingAway);
    for (let n = 0; n < 10; n += 1) hub.tick(n);
    expect([peer.texts(), peer.room.empty]).toEqual([[], true]);
  });

  it('sends v1 clients the number of peers when it has changed', async () => {
    const hub = new Hub('epoch');
    const v1 = join(hub, 'lobby', { kind: 'v1' });
    const plain = join(hub, 'lobby');
    join(hub, 'other');
    hub.broadcastPresence();
    hub.broadcastPresence();
    await flushed();
    expect(v1.texts()).toEqual(['online:{"n":2}']);
    expect(plain.texts()).toEqual([]);
    plain.peer.close(CLOSE.goingAway);
    hub.broadcastPresence();
    await flushed();
    expect(v1.texts()).toEqual(['online:{"n":2}', 'online:{"n":1}']);
  });

  it('closes a peer whose queue is full and goes on with the others', async () => {
    const hub = new Hub('epoch');
    const slow = join(hub, 'lobby', { maxQueue: 5000 });
    const quick = join(hub, 'lobby', { maxQueue: 5000 });
    slow.socket.stall();
    for (let i = 0; i < 10; i++) {
      say(hub, 'lobby', 'x'.repeat(1000));
      await flushed();
    }
    expect(slow.ws.closes).toEqual([[4008, 'too slow: its queue is full']]);
    expect(quick.texts()).toHaveLength(10);
    expect(hub.size).toBe(1);
  });

  it('closes up to a number of peers, the oldest connections first', () => {
    const hub = new Hub('epoch');
    const peers = [join(hub, 'one'), join(hub, 'two'), join(hub, 'two')];
    hub.close(2, CLOSE.goingAway);
    expect(peers.map(({ ws }) => ws.closes.length)).toEqual([1, 1, 0]);
    hub.close(2, CLOSE.goingAway);
    for (const { ws } of peers) expect(ws.closes).toEqual([[1001, 'server is going away']]);
    expect(hub.size).toBe(0);
  });
});
