import { setTimeout as delay } from 'node:timers/promises';
import { CLOSE } from '../protocol/close-code.js';
import type { Hub } from './hub.js';

/** So many are told to go at once; their own chance (client/backoff) spreads their return. */
const AT_ONCE = 100;
/** Of more, no more than this many a second, if there is time for that. */
const PER_SECOND = 500;
/** How often some are told, ms. */
const STEP_MS = 20;

/**
 * How long it takes to tell `peers` to go, ms: at {@link PER_SECOND}, but never more than half of
 * what there is, so that whoever is told last has time to answer.
 */
export function farewellMs(peers: number, drainTimeoutMs: number): number {
  const wanted = (Math.max(0, peers - AT_ONCE) / PER_SECOND) * 1000;
  return Math.min(wanted, drainTimeoutMs / 2);
}

/** How many of `peers` have been told after `elapsedMs` of `totalMs`. */
export function toldBy(elapsedMs: number, totalMs: number, peers: number): number {
  if (elapsedMs >= totalMs) return peers;
  const later = Math.max(0, peers - AT_ONCE);
  return Math.min(peers, AT_ONCE) + Math.floor((later * elapsedMs) / totalMs);
}

/**
 * Closes every peer with 1001, spread evenly over {@link farewellMs} so that thousands don't come
 * back in one instant. Whoever has not been told yet goes on getting messages and ticks. What waits
 * for a peer is sent before its close frame.
 */
export async function sayFarewell(hub: Hub, drainTimeoutMs: number): Promise<void> {
  const peers = hub.size;
  const totalMs = farewellMs(peers, drainTimeoutMs);
  const start = performance.now();
  let left = peers;
  do {
    const elapsedMs = performance.now() - start;
    const goal = peers - toldBy(elapsedMs, totalMs, peers);
    hub.flush();
    hub.close(left - goal, CLOSE.goingAway);
    left = goal;
    if (left > 0) await delay(STEP_MS);
  } while (left > 0);
  // Some have left by themselves meanwhile, so nobody is here but who was told.
  hub.flush();
  hub.close(hub.size, CLOSE.goingAway);
}
