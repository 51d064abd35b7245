import { describe, expect, it } from '@jest/globals';
import type { Transport } from '../../src/client/index.js';
import { ReconnectingSocket } from '../../src/client/reconnecting-socket.js';
import type { Reach } from '../../src/client/reach.js';
import { FakeEnvironment } from './fake-environment.js';

const LOST = 1006;
const FLEET = 50;
const STEP_MS = 250;
const UP: Reach = { ready: true };
const DOWN: Reach = { ready: false, cause: { code: 'unreachable', text: 'nobody' } };
const MINUTE_MS = 60_000;

/** What becomes of connections at the moment. */
interface Weather {
  /** Whether there is a server. */
  up: boolean;
  /** What the network does to WebSockets. */
  webSockets: 'pass' | 'swallowed' | 'refused';
}

/**
 * A client's link; its waits are the `index`th of many that are evenly spread by the golden ratio.
 */
function vessel(index: number) {
  const environment = new FakeEnvironment();
  let draws = index * 17;
  environment.random = () => (++draws * 0.618_033_988_749_895) % 1;
  const link: ReconnectingSocket = new ReconnectingSocket('ws://localhost/ws', [], environment, {
    onState: ({ name }) => (connected = name === 'connected'),
    onOpen: () => link.markHealthy(),
    onText: () => {},
  });
  let connected = false;
  link.connect();
  const step = ({ up, webSockets }: Weather): void => {
    const { socket } = environment;
    environment.answersHttp(up ? UP : DOWN);
    const stopped = socket.transport === 'websocket' && webSockets !== 'pass';
    if (!socket.gone) {
      if (socket.closing || !up || (stopped && webSockets === 'refused')) socket.ends(LOST);
      else if (!stopped) socket.opens();
    }
    environment.pass(STEP_MS);
  };
  const way = (): Transport | 'none' => (connected ? link.transport : 'none');
  return { step, way };
}

/** Many clients of one server. */
function fleet() {
  const weather: Weather = { up: true, webSockets: 'pass' };
  const vessels = Array.from({ length: FLEET }, (_, index) => vessel(index));
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      for (const { step } of vessels) step(weather);
    }
  };
  /** How many are connected this way. */
  const by = (way: Transport | 'none'): number => vessels.filter((one) => one.way() === way).length;
  /** Everybody loses the connection and comes from another network. */
  const moveTo = (webSockets: Weather['webSockets']): void => {
    Object.assign(weather, { up: false, webSockets });
    pass(STEP_MS);
    weather.up = true;
  };
  return { weather, pass, by, moveTo };
}

describe('after a server outage', () => {
  it.each([2, 5, 10, 60])('of %d s everybody comes back by WebSocket', (seconds) => {
    const { weather, pass, by } = fleet();
    pass(MINUTE_MS);
    expect(by('websocket')).toBe(FLEET);
    weather.up = false;
    pass(seconds * 1000);
    expect(by('none')).toBe(FLEET);
    weather.up = true;
    pass(16_000);
    expect(by('websocket')).toBe(FLEET);
  });
});

describe('where WebSockets get no further', () => {
  it.each(['swallowed', 'refused'] as const)('(%s) everybody talks on over SSE', (webSockets) => {
    const { pass, by, moveTo } = fleet();
    pass(MINUTE_MS);
    moveTo(webSockets);
    pass(10_000);
    expect(by('sse')).toBe(FLEET);
    pass(MINUTE_MS);
    expect(by('sse')).toBe(FLEET);
  });

  it('everybody is back at WebSockets after the next reconnect', () => {
    const { pass, by, moveTo } = fleet();
    pass(MINUTE_MS);
    moveTo('swallowed');
    pass(MINUTE_MS);
    expect(by('sse')).toBe(FLEET);
    moveTo('pass');
    pass(10_000);
    expect(by('websocket')).toBe(FLEET);
  });
});
