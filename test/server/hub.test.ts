import { describe, expect, it } from '@jest/globals';
import { CLOSE } from '../../src/protocol/close-code.js';
import { Hub } from '../../src/server/hub.js';
import { Peer } from '../../src/server/peer.js';
import type { Dialect } from '../../src/server/room.js';
import { textFrames } from '../../src/server/websocket-frame.js';
import { newStats } from '../../src/server/stats.js';
import { fakeConnection } from '../support/fake-connection.js';
import { readFrames } from '../support/raw-frames.js';

function join(
  hub: Hub,
  roomName: string,
  { maxQueue = 100_000, dialect = 'plain' }: { maxQueue?: number; dialect?: Dialect } = {},
) {
  const { ws, socket, asWebSocket, asSocket } = fakeConnection();
  const room = hub.expect(roomName);
  const peer = new Peer(asWebSocket, asSocket, '192.0.2.1', {
    limits: { rate: 0, burst: 1, maxQueue },
    encode: textFrames,
    newestTick: () => hub.newestTick.webSocket,
    lifeSign: () => 0,
    onClosing: (closing) => hub.disconnect(closing),
    stats: newStats(),
    onGone: () => {},
    onDone: () => {},
  });
  peer.begin({ onText: () => {}, onClosing: () => hub.leave(room, peer) });
  hub.connect(peer);
  hub.arrive(room, peer, dialect);
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

describe('hub', () => {
  it('sends all frames of a turn in one write to each peer, from one buffer', async () => {
    const hub = new Hub('life');
    const peers = [join(hub, 'lobby'), join(hub, 'lobby')];
    for (const text of ['a', 'b', 'c']) say(hub, 'lobby', text);
    expect(peers.map(({ socket }) => socket.received)).toEqual([[], []]);
    await endOfTurn();
    for (const { socket, texts } of peers) {
      expect(socket.received).toHaveLength(1);
      expect(texts()).toEqual(['msg:a', 'msg:b', 'msg:c']);
    }
    expect(peers[0]?.socket.received[0]).toBe(peers[1]?.socket.received[0]);
  });

  it('encodes the events of a turn once, for all streams, beside the frames of WebSockets', async () => {
    const hub = new Hub('life');
    const streams = [
      join(hub, 'lobby', { dialect: 'events' }),
      join(hub, 'lobby', { dialect: 'events' }),
    ];
    const socket = join(hub, 'lobby', { dialect: 'v1' });
    say(hub, 'lobby', 'a');
    hub.tick(7);
    for (const { socket: stream } of streams) {
      expect(stream.received).toHaveLength(1);
      expect(stream.text).toBe(
        'event: tick\ndata: 7\n\n' +
          `event: msg\nid: life:${seq}\ndata: {"seq":${seq},"at":5,` +
          '"from":{"id":"ann-id","name":"ann"},"text":"a","id":"i"}\n\n',
      );
    }
    expect(streams[0]?.socket.received[0]).toBe(streams[1]?.socket.received[0]);
    expect(socket.texts()[0]).toBe('tick:7');
  });

  it('sends a tick at once, to every room, with the messages that wait', () => {
    const hub = new Hub('life');
    const [one, two] = [join(hub, 'one'), join(hub, 'two')];
    say(hub, 'one', 'a');
    hub.tick(7);
    expect(one.texts()).toEqual(['tick:7', 'msg:a']);
    expect(two.texts()).toEqual(['tick:7']);
  });

  it('sends a message once, though a tick came before the turn ended', async () => {
    const hub = new Hub('life');
    const peer = join(hub, 'lobby');
    say(hub, 'lobby', 'a');
    hub.tick(1);
    await endOfTurn();
    say(hub, 'lobby', 'b');
    await endOfTurn();
    expect(peer.texts()).toEqual(['tick:1', 'msg:a', 'msg:b']);
  });

  it('knows who is connected and forgets rooms that nobody is in', async () => {
    const hub = new Hub('life');
    const [one, two] = [join(hub, 'one'), join(hub, 'two')];
    expect([hub.size, one.room.size]).toEqual([2, 1]);
    say(hub, 'one', 'to nobody');
    one.peer.close(CLOSE.goingAway);
    expect([hub.size, one.room.empty, two.room.empty]).toEqual([1, true, false]);
    await endOfTurn();
    expect(one.texts()).toEqual([]);
    expect(hub.expect('one')).not.toBe(one.room);
    expect(hub.expect('two')).toBe(two.room);
  });

  it('keeps a room awake for a peer on the way in, and tells it what was announced', () => {
    const hub = new Hub('life');
    const room = hub.expect('lobby');
    say(hub, 'lobby', 'a');
    expect([room.newestSeq, room.empty]).toEqual([seq, false]);
    hub.giveUp(room);
    expect(room.empty).toBe(true);
    expect(hub.expect('lobby')).not.toBe(room);
  });

  it('sends a newcomer nothing that was announced before it came', async () => {
    const hub = new Hub('life');
    const early = join(hub, 'lobby');
    say(hub, 'lobby', 'before');
    const late = join(hub, 'lobby');
    say(hub, 'lobby', 'after');
    await endOfTurn();
    expect(early.texts()).toEqual(['msg:before', 'msg:after']);
    expect(late.texts()).toEqual(['msg:after']);
  });

  it('sends each kind of client its own frames, and the same tick', () => {
    const hub = new Hub('life');
    const plain = join(hub, 'lobby');
    const v1 = join(hub, 'lobby', { dialect: 'v1' });
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

  it('says how many are in a room, to v1 clients, when that has changed', async () => {
    const hub = new Hub('life');
    const v1 = join(hub, 'lobby', { dialect: 'v1' });
    const plain = join(hub, 'lobby');
    join(hub, 'other');
    hub.sayOnline();
    hub.sayOnline();
    await endOfTurn();
    expect(v1.texts()).toEqual(['online:{"n":2}']);
    expect(plain.texts()).toEqual([]);
    plain.peer.close(CLOSE.goingAway);
    hub.sayOnline();
    await endOfTurn();
    expect(v1.texts()).toEqual(['online:{"n":2}', 'online:{"n":1}']);
  });

  it('closes a peer whose queue is full and goes on with the others', async () => {
    const hub = new Hub('life');
    const slow = join(hub, 'lobby', { maxQueue: 5000 });
    const quick = join(hub, 'lobby', { maxQueue: 5000 });
    slow.socket.stall();
    for (let i = 0; i < 10; i++) {
      say(hub, 'lobby', 'x'.repeat(1000));
      await endOfTurn();
    }
    expect(slow.ws.closes).toEqual([[4008, 'too slow: its queue is full']]);
    expect(quick.texts()).toHaveLength(10);
    expect(hub.size).toBe(1);
  });

  it('closes as many as it is told to, those first who came first', () => {
    const hub = new Hub('life');
    const peers = [join(hub, 'one'), join(hub, 'two'), join(hub, 'two')];
    hub.close(2, CLOSE.goingAway);
    expect(peers.map(({ ws }) => ws.closes.length)).toEqual([1, 1, 0]);
    hub.close(2, CLOSE.goingAway);
    for (const { ws } of peers) expect(ws.closes).toEqual([[1001, 'server is going away']]);
    expect(hub.size).toBe(0);
  });
});
