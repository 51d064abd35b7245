import type { SocketConstructor } from './socket.js';

/** What the client needs of the world around it; a test brings its own. */
export interface Environment {
  readonly WebSocket: SocketConstructor;
  /** Evenly distributed over [0, 1). */
  random(): number;
  /** A clock that doesn't go back, ms. */
  now(): number;
  /** Calls `wake` once, after about `delayMs`; the result cancels it. */
  setTimer(wake: () => void, delayMs: number): () => void;
  /** Whether timers can be relied on: those of a hidden page run late. */
  visible(): boolean;
  /** Calls `wake` when the network or the reader may be back; the result ends that. */
  onWake(wake: () => void): () => void;
}

/** As much of a browser's globals as is looked at. Node has none of them. */
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

/**
 * The world as it is: a browser, or Node with `WebSocket` passed in where it has none of its own.
 *
 * @throws if there is no WebSocket
 */
export function systemEnvironment(
  WebSocket: SocketConstructor | undefined = (globalThis as BrowserGlobals).WebSocket,
): Environment {
  if (WebSocket === undefined) throw new TypeError('no WebSocket here: pass one in, such as ws');
  const globals = globalThis as BrowserGlobals;
  const { document } = globals;
  const visible = (): boolean => document?.visibilityState !== 'hidden';
  return {
    WebSocket,
    visible,
    random: () => Math.random(),
    now: () => performance.now(),
    setTimer(wake, delayMs) {
      const timeout = setTimeout(wake, delayMs);
      return () => clearTimeout(timeout);
    },
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
