import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { WebSocket } from 'ws';
import { openEvents } from '../../src/client/open-events.js';
import { Link, type LinkState } from '../../src/client/link.js';
import { afterClose, CLOSE } from '../../src/protocol/close-code.js';
import type { Transport } from '../../src/client/index.js';
import { FakeEnvironment } from './fake-environment.js';

const LOST = 1006;

function linked() {
  const environment = new FakeEnvironment();
  const states: LinkState[] = [];
  const texts: string[] = [];
  const link: Link = new Link('ws://localhost/ws', ['tickchat.v1'], environment, {
    onState: (state) => states.push(state),
    onOpen: () => link.confirm(),
    onText: (text) => texts.push(text),
  });
  link.connect();
  return { environment, states, texts, link };
}

describe('link', () => {
  it('connects, and hands over what arrives', () => {
    const { environment, states, texts } = linked();
    expect(environment.socket.url).toBe('ws://localhost/ws');
    expect(environment.socket.protocols).toEqual(['tickchat.v1']);
    environment.socket.opens();
    environment.socket.receives('tick:1');
    environment.socket.receives(new ArrayBuffer(1));
    expect(states).toEqual([{ name: 'connecting' }, { name: 'connected' }]);
    expect(texts).toEqual(['tick:1']);
  });

  it('sends while it is connected and says so when it is not', () => {
    const { environment, link } = linked();
    expect(link.send('too early')).toBe(false);
    environment.socket.opens();
    expect(link.send('now')).toBe(true);
    environment.socket.ends(LOST);
    expect(link.send('too late')).toBe(false);
    expect(environment.socket.sent).toEqual(['now']);
  });

  it('waits longer after each failure, by chance, up to a cap', () => {
    const { environment, states } = linked();
    environment.chance = 0.5;
    for (let failure = 0; failure < 8; failure += 1) {
      environment.socket.ends(LOST);
      environment.pass(7500);
    }
    const waits = states.flatMap((state) => (state.name === 'waiting' ? [state.delayMs] : []));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 7500, 7500, 7500]);
    expect(environment.sockets).toHaveLength(9);
  });

  it('keeps waiting long when connections last only seconds, and forgets after a stable minute', () => {
    const { environment, states } = linked();
    environment.socket.opens();
    environment.socket.ends(LOST);
    environment.pass(250);
    environment.socket.opens();
    environment.pass(59_000);
    environment.socket.ends(LOST);
    expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 500 });
    environment.pass(500);
    environment.socket.opens();
    environment.pass(60_000);
    environment.socket.ends(LOST);
    expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 250 });
  });

  it('gives up an attempt that nobody answers, and opens the next after that one has ended', () => {
    const { environment, states } = linked();
    environment.pass(1999);
    expect(environment.socket.closing).toBe(false);
    environment.pass(1);
    expect(environment.socket.closing).toBe(true);
    expect(environment.sockets).toHaveLength(1);
    environment.socket.ends(LOST);
    expect(states.at(-1)?.name).toBe('waiting');
    environment.pass(250);
    expect(environment.sockets).toHaveLength(2);
  });

  it('gives up a connection that opens and then says nothing', () => {
    const environment = new FakeEnvironment();
    const events = { onState: () => {}, onOpen: () => {}, onText: () => {} };
    new Link('ws://localhost/ws', [], environment, events).connect();
    environment.socket.opens();
    environment.pass(10_000);
    expect(environment.socket.closing).toBe(true);
  });

  it('gives a slow network more time at each attempt, up to 10 s', () => {
    const { environment } = linked();
    environment.chance = 0;
    for (const patienceMs of [2000, 4000, 8000, 10_000, 10_000]) {
      environment.pass(patienceMs - 1);
      expect(environment.socket.closing).toBe(false);
      environment.pass(1);
      expect(environment.socket.closing).toBe(true);
      environment.socket.ends(LOST);
      environment.pass(0);
    }
  });

  it('does not wait for ever for a socket that does not end, nor hear it any more', () => {
    const { environment, states, texts, link } = linked();
    const [dead] = environment.sockets;
    dead?.opens();
    link.cut();
    link.cut();
    expect(dead?.closing).toBe(true);
    expect(link.send('into the void')).toBe(false);
    environment.pass(2999);
    expect(states.at(-1)?.name).toBe('connected');
    environment.pass(1);
    expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 250 });
    environment.pass(250);
    dead?.receives('from beyond');
    dead?.ends(CLOSE.policy.code);
    expect(texts).toEqual([]);
    expect(states.at(-1)).toEqual({ name: 'connecting' });
    expect(environment.sockets).toHaveLength(2);
  });

  it('stays away when it was stopped, until it is told to connect', () => {
    const { environment, states, link } = linked();
    environment.socket.opens();
    link.stop();
    link.stop();
    expect(environment.socket.closing).toBe(true);
    environment.socket.ends(1000);
    link.wake();
    environment.pass(3_600_000);
    expect(environment.sockets).toHaveLength(1);
    expect(states.at(-1)).toEqual({ name: 'connected' });
    link.connect();
    expect(environment.sockets).toHaveLength(2);
    environment.socket.ends(LOST);
    link.stop();
    environment.pass(3_600_000);
    expect([environment.sockets.length, environment.armed]).toEqual([2, 0]);
  });

  it('connects after the end of the last socket when told so while that one is closing', () => {
    const { environment, link } = linked();
    environment.socket.opens();
    link.stop();
    link.connect();
    expect(environment.sockets).toHaveLength(1);
    environment.socket.ends(1000);
    environment.pass(250);
    expect(environment.sockets).toHaveLength(2);
  });

  it('does not give up a connection that is open', () => {
    const { environment } = linked();
    environment.socket.opens();
    environment.pass(3_600_000);
    expect(environment.socket.closing).toBe(false);
  });

  it('tries at once when woken, once', () => {
    const { environment, link } = linked();
    environment.socket.ends(LOST);
    link.wake();
    link.wake();
    environment.pass(3000);
    expect(environment.sockets).toHaveLength(2);
  });

  it('is not disturbed by a wake-up call while it is connected, connecting or stopped', () => {
    const { environment, link } = linked();
    link.wake();
    environment.socket.opens();
    link.wake();
    environment.socket.ends(CLOSE.policy.code);
    link.wake();
    environment.pass(3_600_000);
    expect(environment.sockets).toHaveLength(1);
  });

  it.each(Object.values(CLOSE))('does what the table says after $code, $reason', ({ code }) => {
    const { environment, states } = linked();
    environment.socket.opens();
    environment.socket.ends(code);
    const after = { reconnect: { name: 'waiting', delayMs: 250 }, stop: { name: 'stopped', code } };
    expect(states.at(-1)).toEqual(after[afterClose(code)]);
  });

  it('connects again when told to after it has stopped', () => {
    const { environment, states, link } = linked();
    environment.socket.opens();
    environment.socket.ends(CLOSE.tooBig.code);
    link.connect();
    link.connect();
    environment.socket.opens();
    expect(environment.sockets).toHaveLength(2);
    expect(states.at(-1)).toEqual({ name: 'connected' });
  });

  it('never has two sockets, whatever happens', () => {
    const happening = fc.constantFrom(
      'opens',
      'lost',
      'stopped',
      'wake',
      'connect',
      'cut',
      'stop',
      'time',
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const { environment, link } = linked();
        for (const what of happenings) {
          const { socket } = environment;
          if (what === 'opens' && !socket.gone) socket.opens();
          if (what === 'lost' && !socket.gone) socket.ends(LOST);
          if (what === 'stopped' && !socket.gone) socket.ends(CLOSE.policy.code);
          if (what === 'wake') link.wake();
          if (what === 'connect') link.connect();
          if (what === 'cut') link.cut();
          if (what === 'stop') link.stop();
          if (what === 'time') environment.pass(20_000);
          expect(environment.alive).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  describe('by events', () => {
    /** What each attempt is made by while they all fail, `count` of them. */
    function failing(world: ReturnType<typeof linked>, count: number): Transport[] {
      const { environment } = world;
      const from = environment.sockets.length - 1;
      while (environment.sockets.length - from <= count) loses(world);
      return environment.sockets.slice(from, from + count).map(({ transport }) => transport);
    }

    function loses({ environment, link }: ReturnType<typeof linked>): void {
      environment.socket.ends(LOST);
      link.wake();
    }

    it('is the next attempt when a WebSocket never opened, and they take turns', () => {
      const world = linked();
      expect(failing(world, 5)).toEqual([
        'websocket',
        'events',
        'websocket',
        'events',
        'websocket',
      ]);
    });

    it('is no attempt more than there would have been without', () => {
      const { environment, states } = linked();
      environment.socket.ends(LOST);
      expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 250 });
      environment.pass(249);
      expect(environment.sockets).toHaveLength(1);
    });

    it('stays the way once it has worked, with a WebSocket now and then', () => {
      const world = linked();
      const { environment, link } = world;
      loses(world);
      environment.socket.opens();
      expect(link.transport).toBe('events');
      loses(world);
      expect(failing(world, 5)).toEqual(['events', 'events', 'events', 'websocket', 'events']);
    });

    it('is rarely tried by a client that had a WebSocket', () => {
      const world = linked();
      world.environment.socket.opens();
      loses(world);
      const six = Array.from({ length: 6 }, () => 'websocket');
      expect(failing(world, 8)).toEqual([...six, 'events', 'websocket']);
    });

    /** By events for a minute, and then on the way to a WebSocket. */
    function returning() {
      const world = linked();
      loses(world);
      world.environment.socket.opens();
      world.environment.pass(60_000);
      expect(world.link.transport).toBe('events');
      expect(world.environment.socket.closing).toBe(true);
      expect(world.environment.sockets).toHaveLength(2);
      world.environment.socket.ends(LOST);
      return world;
    }

    it('gives way to a WebSocket after a minute, at once and by itself', () => {
      const { environment, states, link } = returning();
      expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 0 });
      environment.pass(0);
      expect(link.transport).toBe('websocket');
      environment.socket.opens();
      environment.pass(3_600_000);
      expect(environment.sockets).toHaveLength(3);
    });

    it('is there again when that WebSocket fails, and undisturbed for a quarter of an hour', () => {
      const { environment, states, link } = returning();
      environment.pass(0);
      environment.pass(2000); // as patient as the first attempt
      environment.socket.ends(LOST);
      expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 250 });
      environment.pass(250);
      expect(link.transport).toBe('events');
      environment.socket.opens();
      environment.pass(60_000 + 15 * 60_000 - 1);
      expect(environment.socket.closing).toBe(false);
      environment.pass(1);
      expect(environment.socket.closing).toBe(true);
      environment.socket.ends(LOST);
      environment.pass(0);
      expect(link.transport).toBe('websocket');
    });

    it('is not left soon for WebSockets that are known not to come through, lost or not', () => {
      const world = returning();
      const { environment, link } = world;
      environment.pass(0);
      loses(world);
      environment.socket.opens();
      loses(world);
      expect(link.transport).toBe('events');
      environment.socket.opens();
      environment.pass(15 * 60_000);
      expect(environment.socket.closing).toBe(false);
    });

    it('is followed by a WebSocket when a connection that lasted is lost', () => {
      const world = returning();
      const { environment } = world;
      environment.pass(0);
      loses(world);
      environment.socket.opens();
      environment.pass(60_000);
      loses(world);
      expect(failing(world, 2)).toEqual(['websocket', 'events']);
    });
  });

  it('takes the sockets of ws as they are', async () => {
    const state = await new Promise<LinkState>((resolve) => {
      const link = new Link(
        'ws://127.0.0.1:1/', // nobody listens there
        ['tickchat.v1'],
        { WebSocket, openEvents, random: () => 0, setTimer: () => () => {} },
        {
          onState: (next) => next.name !== 'connecting' && resolve(next),
          onOpen: () => {},
          onText: () => {},
        },
      );
      link.connect();
    });
    expect(state).toEqual({ name: 'waiting', delayMs: 0 });
  });
});
