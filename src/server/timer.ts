/** Longest delay of setTimeout; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Node's timers are late by up to so much: they are armed that much too early, and then the loop turns. */
const EARLY_MS = 3;

/** The part of a wait in which the loop may turn without work: it keeps a CPU busy. */
const LARGEST_BUSY_PART = 0.01;

/** Calls `wake` once, after about `delayMs`, fractions honoured; the result cancels it. */
export function setTimer(wake: () => void, delayMs: number): () => void {
  const dueAt = performance.now() + delayMs;
  let immediate: NodeJS.Immediate | undefined;
  const turn = (): void => {
    if (performance.now() >= dueAt) wake();
    else immediate = setImmediate(turn);
  };
  const sleepMs = Math.ceil(delayMs - Math.min(EARLY_MS, delayMs * LARGEST_BUSY_PART));
  // setTimeout counts whole milliseconds, from 1: for less let the loop turn.
  if (delayMs < 1) immediate = setImmediate(turn);
  const timeout = delayMs < 1 ? undefined : setTimeout(turn, Math.min(sleepMs, MAX_DELAY_MS));
  return () => {
    clearTimeout(timeout);
    clearImmediate(immediate);
  };
}
