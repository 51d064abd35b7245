import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { WebSocket } from 'ws';
import { reach } from '../../src/client/reach.js';
import { openSse } from '../../src/client/sse-socket.js';
import { ReconnectingSocket } from '../../src/client/reconnecting-socket.js';
import type { ReconnectingState } from '../../src/client/reconnecting-state.js';
import { afterClose, CLOSE } from '../../src/protocol/close-code.js';
import type { Reach } from '../../src/client/reach.js';
import { FakeEnvironment } from './fake-environment.js';

const LOST = 1006;
const LOST_CAUSE = { code: 'lost', text: 'the connection was lost' };
const UNREACHABLE: Reach = {
  ready: false,
  cause: { code: 'unreachable', text: 'nobody' },
};
const READY: Reach = { ready: true };

function linked() {
  const environment = new FakeEnvironment();
  const states: ReconnectingState[] = [];
  const texts: string[] = [];
  const link: ReconnectingSocket = new ReconnectingSocket(
    'ws://localhost/ws',
    ['tickchat.v1'],
    environment,
    {
      onState: (state) => states.push(state),
      onOpen: () => link.markHealthy(),
      onText: (text) => texts.push(text),
    },
  );
  link.connect();
  return { environment, states, texts, link };
}

describe('reconnecting socket', () => {
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
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
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
    expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 500, cause: LOST_CAUSE });
    environment.pass(500);
    environment.socket.opens();
    environment.pass(60_000);
    environment.socket.ends(LOST);
    expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 250, cause: LOST_CAUSE });
  });

  it('gives up an attempt that nobody answers, and opens the next after that one has ended', () => {
    const { environment, states } = linked();
    environment.http = 'silent';
    environment.pass(9999);
    expect(environment.socket.closing).toBe(false);
    environment.pass(1);
    expect(environment.socket.closing).toBe(true);
    environment.answersHttp(UNREACHABLE);
    environment.socket.ends(LOST);
    expect(states.at(-1)).toMatchObject({ name: 'waiting', cause: { code: 'unreachable' } });
    environment.pass(250);
    expect(environment.sockets).toHaveLength(2);
  });

  it('gives up a connection that opens and then says nothing', () => {
    const environment = new FakeEnvironment();
    const events = { onState: () => {}, onOpen: () => {}, onText: () => {} };
    new ReconnectingSocket('ws://localhost/ws', [], environment, events).connect();
    environment.socket.opens();
    environment.pass(10_000);
    expect(environment.socket.closing).toBe(true);
  });

  it('looks at what has arrived before a deadline ends an attempt', () => {
    const { environment, states } = linked();
    environment.jump(20_000); // blocked, while the socket opened
    environment.pass(0);
    environment.pass(0);
    environment.socket.opens();
    environment.pass(5000);
    expect(environment.socket.closing).toBe(false);
    expect(states.at(-1)).toEqual({ name: 'connected' });
  });

  it('does not wait for ever for a socket that does not end, nor hear it any more', () => {
    const { environment, states, texts, link } = linked();
    const [dead] = environment.sockets;
    dead?.opens();
    link.terminate();
    link.terminate();
    expect(dead?.closing).toBe(true);
    expect(link.send('into the void')).toBe(false);
    environment.pass(2999);
    expect(states.at(-1)?.name).toBe('connected');
    environment.pass(1);
    expect(states.at(-1)).toMatchObject({ name: 'waiting', cause: { code: 'timeout' } });
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

  it.each(Object.values(CLOSE))('does what the table says after $code, $reason', (row) => {
    const { environment, states } = linked();
    environment.socket.opens();
    environment.socket.ends(row.code);
    const { name, reason: text } = row;
    const after = {
      reconnect: { name: 'waiting', delayMs: 250, cause: { code: name, text } },
      stop: { name: 'stopped', reason: name, text },
    };
    expect(states.at(-1)).toEqual(after[afterClose(row.code)]);
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
      'http works',
      'http fails',
      'http is silent',
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
          if (what === 'cut') link.terminate();
          if (what === 'stop') link.stop();
          if (what === 'time') environment.pass(20_000);
          if (what === 'http works') environment.answersHttp(READY);
          if (what === 'http fails') environment.answersHttp(UNREACHABLE);
          if (what === 'http is silent') environment.http = 'silent';
          expect(environment.alive).toBeLessThanOrEqual(1);
          expect(environment.asking).toBeLessThanOrEqual(1);
          expect(environment.armed).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  describe('over SSE', () => {
    /** The transports of all attempts so far. */
    const transports = ({ sockets }: FakeEnvironment) => sockets.map((socket) => socket.transport);

    it('is used when a WebSocket fails twice and HTTP works', () => {
      const { environment, link, states } = linked();
      environment.http = READY;
      environment.socket.ends(LOST);
      environment.socket.ends(LOST);
      expect(transports(environment)).toEqual(['websocket', 'websocket', 'sse']);
      environment.socket.opens();
      expect(link.transport).toBe('sse');
      expect(states).toEqual([{ name: 'connecting' }, { name: 'connected' }]);
    });

    it('is used when a WebSocket does not open while HTTP works', () => {
      const { environment } = linked();
      environment.http = 'silent';
      environment.pass(2000);
      expect(environment.asking).toBe(1);
      environment.answersHttp(READY);
      environment.pass(1999);
      expect(environment.socket.closing).toBe(false);
      environment.pass(1);
      environment.socket.ends(LOST);
      expect(transports(environment)).toEqual(['websocket', 'sse']);
    });

    it('is not used for a server that is slow to answer anything', () => {
      const { environment, states } = linked();
      environment.http = 'silent';
      environment.pass(6000);
      environment.answersHttp(READY);
      environment.socket.opens();
      environment.pass(60_000);
      expect(transports(environment)).toEqual(['websocket']);
      expect(states.at(-1)).toEqual({ name: 'connected' });
    });

    it('is not used for a server that is down, or starts just then', () => {
      const { environment, states } = linked();
      environment.socket.ends(LOST);
      expect(states.at(-1)).toMatchObject({ cause: { code: 'unreachable' } });
      environment.pass(250);
      environment.http = READY;
      environment.socket.ends(LOST);
      environment.socket.opens();
      expect(transports(environment)).toEqual(['websocket', 'websocket', 'websocket']);
    });

    it('is used where a WebSocket opens and no frame passes', () => {
      const environment = new FakeEnvironment();
      environment.http = READY;
      const events = { onState: () => {}, onOpen: () => {}, onText: () => {} };
      new ReconnectingSocket('ws://localhost/ws', [], environment, events).connect();
      for (const _ of [1, 2]) {
        environment.socket.opens();
        environment.pass(10_000);
        environment.socket.ends(LOST);
      }
      expect(transports(environment)).toEqual(['websocket', 'websocket', 'sse']);
    });

    it('gives way to a WebSocket at the next reconnect', () => {
      const { environment, link, states } = linked();
      environment.http = READY;
      environment.socket.ends(LOST);
      environment.socket.ends(LOST);
      environment.socket.opens();
      environment.pass(3_600_000);
      expect(environment.socket.closing).toBe(false);
      environment.socket.ends(LOST);
      expect(states.at(-1)).toEqual({ name: 'waiting', delayMs: 250, cause: LOST_CAUSE });
      link.wake();
      expect(link.transport).toBe('websocket');
    });

    it('waits when SSE fails too, and says so', () => {
      const { environment, states } = linked();
      environment.http = READY;
      for (const _ of [1, 2, 3]) environment.socket.ends(LOST);
      expect(states.at(-1)).toMatchObject({ name: 'waiting', cause: { code: 'blocked' } });
    });
  });

  it.each(['origin', 'host'] as const)('stops when the server refuses its %s', (code) => {
    const { environment, states } = linked();
    environment.http = { ready: false, cause: { code, text: 'refused' } };
    environment.socket.ends(LOST);
    expect(states.at(-1)).toEqual({ name: 'stopped', reason: code, text: 'refused' });
    expect([environment.armed, environment.sockets.length]).toEqual([0, 1]);
  });

  it.each(['full', 'draining', 'address_full', 'not_tickchat'] as const)(
    'tries again when the answer is %s',
    (code) => {
      const { environment, states } = linked();
      environment.http = { ready: false, cause: { code, text: 'for now' } };
      environment.socket.ends(LOST);
      expect(states.at(-1)).toMatchObject({ name: 'waiting', cause: { code, text: 'for now' } });
    },
  );

  it('asks nobody once it is stopped', () => {
    const { environment, link } = linked();
    environment.http = 'silent';
    environment.socket.ends(LOST);
    link.stop();
    expect([environment.asking, environment.armed]).toEqual([0, 0]);
    environment.answersHttp(READY);
    expect(environment.sockets).toHaveLength(1);
  });

  it('takes the sockets of ws as they are', async () => {
    const state = await new Promise<ReconnectingState>((resolve) => {
      const link = new ReconnectingSocket(
        'ws://127.0.0.1:1/', // nobody listens there
        ['tickchat.v1'],
        { WebSocket, openSse, reach, random: () => 0, setTimer: () => () => {} },
        {
          onState: (next) => next.name !== 'connecting' && resolve(next),
          onOpen: () => {},
          onText: () => {},
        },
      );
      link.connect();
    });
    expect(state).toEqual({
      name: 'waiting',
      delayMs: 0,
      cause: {
        code: 'unreachable',
        text: '127.0.0.1:1: fetch and browsers block this port (bad port)',
      },
    });
  });
});
