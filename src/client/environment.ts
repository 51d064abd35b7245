import type { Socket, SocketConstructor } from './socket.js';
import { reach, type Reach } from './reach.js';
import { openSse } from './sse-socket.js';
import { setTickTimer } from './tick-timer.js';

/** The client's view of its platform; a test brings its own. */
export interface Environment {
  readonly WebSocket: SocketConstructor;
  /** Opens the fallback where WebSockets don't get through. */
  openSse(url: string): Socket;
  /** Asks the server of a WebSocket address over HTTP; the result cancels that. */
  reach(url: string, done: (result: Reach) => void): () => void;
  /** Evenly distributed over [0, 1). */
  random(): number;
  /** A monotonic clock, ms. */
  now(): number;
  /** Resolution of that clock, ms. */
  readonly precisionMs: number;
  /** The wall clock, ms since 1970; used only to notice that the machine slept. */
  wall(): number;
  /** Calls `wake` once, after `delayMs` or a little later; the result cancels it. */
  setTimer(wake: () => void, delayMs: number): () => void;
  /** The same for ticks, as precise as the platform allows. */
  setTickTimer(wake: () => void, delayMs: number): () => void;
  /** Whether the page is visible: the timers of a hidden one run late. */
  visible(): boolean;
  /** Calls `wake` when the network or the user may be back; the result stops that. */
  onWake(wake: () => void): () => void;
}

/** The globals that are used. */
interface BrowserGlobals {
  readonly WebSocket?: SocketConstructor;
  readonly addEventListener?: Listen;
  readonly removeEventListener?: Listen;
  readonly document?: {
    readonly visibilityState: string;
    readonly addEventListener: Listen;
    readonly removeEventListener: Listen;
  };
}

type Listen = (type: string, listener: () => void) => void;

/** Resolution of a browser's clock, ms: browsers round it against spying. */
const BROWSER_PRECISION_MS = 1;

/** Longest wait of a timer, ms: browsers and Node fire at once beyond 2^31 ms. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * The environment of a browser, or of Node with `WebSocket` passed in where it has none.
 *
 * @throws {TypeError} if there is no WebSocket
 */
export function systemEnvironment(
  WebSocket: SocketConstructor | undefined = (globalThis as BrowserGlobals).WebSocket,
): Environment {
  if (WebSocket === undefined) {
    throw new TypeError('WebSocket: not available here; pass one in, such as that of ws');
  }
  const globals = globalThis as BrowserGlobals;
  const { document } = globals;
  const visible = (): boolean => document?.visibilityState !== 'hidden';
  return {
    WebSocket,
    openSse,
    reach,
    visible,
    wall: () => Date.now(),
    precisionMs: document ? BROWSER_PRECISION_MS : 0,
    random: () => Math.random(),
    now: () => performance.now(),
    setTimer(wake, delayMs) {
      const timer = setTimeout(wake, Math.ceil(Math.min(delayMs, LONGEST_WAIT_MS)));
      return () => clearTimeout(timer);
    },
    setTickTimer: (wake, delayMs) => setTickTimer(wake, Math.min(delayMs, LONGEST_WAIT_MS)),
    onWake(wake) {
      const onVisibility = (): void => {
        if (visible()) wake();
      };
      globals.addEventListener?.('online', wake);
      document?.addEventListener('visibilitychange', onVisibility);
      return () => {
        globals.removeEventListener?.('online', wake);
        document?.removeEventListener('visibilitychange', onVisibility);
      };
    },
  };
}
