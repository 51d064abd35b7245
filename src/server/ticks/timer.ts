/** Longest delay of setTimeout, ms; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Lateness of Node's timers, ms: they are armed this much early, and then the loop turns. */
const EARLY_MS = 3;

/** Maximum part of a wait in which the loop turns without work, which keeps a CPU busy. */
const LARGEST_BUSY_PART = 0.01;

/**
 * Calls `wake` once, after `delayMs`, which may have fractions; the result cancels it. For ticks
 * only: the last milliseconds of a wait keep a CPU busy.
 */
export function setTimer(wake: () => void, delayMs: number): () => void {
  const dueAt = performance.now() + delayMs;
  let immediate: NodeJS.Immediate | undefined;
  const turn = (): void => {
    if (performance.now() >= dueAt) wake();
    else immediate = setImmediate(turn);
  };
  const sleepMs = Math.ceil(delayMs - Math.min(EARLY_MS, delayMs * LARGEST_BUSY_PART));
  // setTimeout counts whole milliseconds, from 1: the loop turns for shorter waits.
  if (delayMs < 1) immediate = setImmediate(turn);
  const timeout = delayMs < 1 ? undefined : setTimeout(turn, Math.min(sleepMs, MAX_DELAY_MS));
  return () => {
    clearTimeout(timeout);
    clearImmediate(immediate);
  };
}
