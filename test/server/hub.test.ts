import { describe, expect, it } from '@jest/globals';
import { CLOSE } from '../../src/protocol/close-code.js';
import { Hub } from '../../src/server/hub.js';
import { Peer } from '../../src/server/peer.js';
import { fakeConnection } from '../support/fake-connection.js';
import { readFrames } from '../support/raw-frames.js';

function join(hub: Hub, room: string, maxQueue = 100_000) {
  const { ws, socket, asWebSocket, asSocket } = fakeConnection();
  const peer: Peer = new Peer(
    room,
    asWebSocket,
    asSocket,
    { rate: 0, burst: 1, maxQueue },
    {
      onText: () => {},
      newestTick: () => hub.newestTick,
      onClosing: () => hub.remove(peer),
      onGone: () => {},
    },
  );
  hub.add(peer);
  const texts = () =>
    readFrames(Buffer.concat(socket.received)).frames.map(({ payload }) => String(payload));
  return { peer, ws, socket, texts };
}

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('hub', () => {
  it('sends all frames of a turn in one write to each peer, from one buffer', async () => {
    const hub = new Hub();
    const peers = [join(hub, 'lobby'), join(hub, 'lobby')];
    for (const text of ['a', 'b', 'c']) hub.message('lobby', text);
    expect(peers.map(({ socket }) => socket.received)).toEqual([[], []]);
    await endOfTurn();
    for (const { socket, texts } of peers) {
      expect(socket.received).toHaveLength(1);
      expect(texts()).toEqual(['msg:a', 'msg:b', 'msg:c']);
    }
    expect(peers[0]?.socket.received[0]).toBe(peers[1]?.socket.received[0]);
  });

  it('sends a tick at once, to every room, with the messages that wait', () => {
    const hub = new Hub();
    const [one, two] = [join(hub, 'one'), join(hub, 'two')];
    hub.message('one', 'a');
    hub.tick(7);
    expect(one.texts()).toEqual(['tick:7', 'msg:a']);
    expect(two.texts()).toEqual(['tick:7']);
  });

  it('sends a message once, though a tick came before the turn ended', async () => {
    const hub = new Hub();
    const peer = join(hub, 'lobby');
    hub.message('lobby', 'a');
    hub.tick(1);
    await endOfTurn();
    hub.message('lobby', 'b');
    await endOfTurn();
    expect(peer.texts()).toEqual(['tick:1', 'msg:a', 'msg:b']);
  });

  it('knows who is connected and forgets rooms that nobody is in', async () => {
    const hub = new Hub();
    const [one, two] = [join(hub, 'one'), join(hub, 'two')];
    expect([hub.size, [...hub.peers()]]).toEqual([2, [one.peer, two.peer]]);
    hub.message('one', 'to nobody');
    hub.remove(one.peer);
    hub.remove(one.peer);
    expect([hub.size, [...hub.peers()]]).toEqual([1, [two.peer]]);
    await endOfTurn();
    expect(one.texts()).toEqual([]);
  });

  it('closes a peer whose queue is full and goes on with the others', async () => {
    const hub = new Hub();
    const slow = join(hub, 'lobby', 5000);
    const quick = join(hub, 'lobby', 5000);
    slow.socket.stall();
    for (let i = 0; i < 10; i++) {
      hub.message('lobby', 'x'.repeat(1000));
      await endOfTurn();
    }
    expect(slow.ws.closes).toEqual([[4008, 'too slow: its queue is full']]);
    expect(quick.texts()).toHaveLength(10);
    expect(hub.size).toBe(1);
  });

  it('closes everybody', () => {
    const hub = new Hub();
    const peers = [join(hub, 'one'), join(hub, 'two'), join(hub, 'two')];
    hub.closeAll(CLOSE.goingAway);
    for (const { ws } of peers) expect(ws.closes).toEqual([[1001, 'server is going away']]);
    expect(hub.size).toBe(0);
  });
});
