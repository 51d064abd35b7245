import { openEvents } from './open-events.js';
import type { Socket, SocketConstructor } from './socket.js';

/** What the client needs of the world around it; a test brings its own. */
export interface Environment {
  readonly WebSocket: SocketConstructor;
  /** What is tried where WebSockets don't get through. */
  openEvents(url: string): Socket;
  /** Evenly distributed over [0, 1). */
  random(): number;
  /** A clock that doesn't go back, ms. */
  now(): number;
  /** How coarse that clock is, ms. */
  readonly precisionMs: number;
  /** The wall clock, ms since 1970: only to find out that the machine slept. */
  wall(): number;
  /** Calls `wake` once, after about `delayMs`, or a day if that is longer; the result cancels it. */
  setTimer(wake: () => void, delayMs: number): () => void;
  /** Whether timers can be relied on: those of a hidden page run late. */
  visible(): boolean;
  /** Calls `wake` when the network or the reader may be back; the result ends that. */
  onWake(wake: () => void): () => void;
}

/** As much of the globals as is looked at. */
interface BrowserGlobals {
  readonly WebSocket?: SocketConstructor;
  readonly addEventListener?: Listen;
  readonly removeEventListener?: Listen;
  readonly setImmediate?: (wake: () => void) => unknown;
  readonly document?: {
    readonly visibilityState: string;
    readonly addEventListener: Listen;
    readonly removeEventListener: Listen;
  };
}

/** Browsers round their clocks so that pages can't spy on each other with them. */
const BROWSER_PRECISION_MS = 1;

/**
 * Node's timers are late by up to three milliseconds, so there they are armed this much too early, and the
 * rest is waited for turn by turn. In browsers there is nothing finer than a timer, and one armed for
 * the rest would be held back to 4 ms.
 */
const EARLY_MS = 3;

/** Timers of browsers and Node fire at once when they are set beyond 2^31 ms. */
const LONGEST_WAIT_MS = 86_400_000;

/** The end of a wait, ms, that isn't even given to other events: a turn with many of them takes longer. */
const BUSY_MS = 0.5;

/** The part of a wait that may keep a CPU busy. */
const LARGEST_BUSY_PART = 0.02;

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
    openEvents,
    visible,
    wall: () => Date.now(),
    precisionMs: document ? BROWSER_PRECISION_MS : 0,
    random: () => Math.random(),
    now: () => performance.now(),
    setTimer(wake, wantedMs) {
      const delayMs = Math.min(wantedMs, LONGEST_WAIT_MS);
      if (!globals.setImmediate) return timeout(wake, Math.ceil(delayMs));
      const dueAt = performance.now() + delayMs;
      const busyMs = Math.min(BUSY_MS, delayMs * LARGEST_BUSY_PART);
      const earlyMs = Math.min(EARLY_MS, delayMs * LARGEST_BUSY_PART);
      const cancel = timeout(
        () => {
          ending.set(wake, { dueAt, spinFrom: dueAt - busyMs });
          lookAfterWaits();
        },
        Math.ceil(delayMs - earlyMs),
      );
      return () => {
        ending.delete(wake);
        cancel();
      };
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

/** A wait in Node that is nearly over. */
interface Ending {
  readonly dueAt: number;
  /** From then on nothing else gets a turn. */
  readonly spinFrom: number;
}

/** All of them in this process: what is due within moments of each other is ended in one turn. */
const ending = new Map<() => void, Ending>();

let lookingAfter = false;

function lookAfterWaits(): void {
  if (lookingAfter || ending.size === 0) return;
  lookingAfter = true;
  (globalThis as BrowserGlobals).setImmediate?.(endWaits);
}

function endWaits(): void {
  lookingAfter = false;
  const soonestFirst = [...ending];
  soonestFirst.sort(([, a], [, b]) => a.dueAt - b.dueAt);
  for (const [wake, { dueAt, spinFrom }] of soonestFirst) {
    if (performance.now() < spinFrom) break;
    while (performance.now() < dueAt);
    if (ending.delete(wake)) wake(); // unless one before it has cancelled it
  }
  lookAfterWaits();
}

function timeout(wake: () => void, delayMs: number): () => void {
  const timer = setTimeout(wake, delayMs);
  return () => clearTimeout(timer);
}
