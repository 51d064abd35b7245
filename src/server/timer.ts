/** Longest delay of setTimeout; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Calls `wake` once, after about `delayMs`, fractions honoured; the result cancels it. */
export function setTimer(wake: () => void, delayMs: number): () => void {
  if (delayMs < 1) {
    // setTimeout counts whole milliseconds: for the rest let the loop turn.
    const immediate = setImmediate(wake);
    return () => clearImmediate(immediate);
  }
  const timeout = setTimeout(wake, Math.min(delayMs, MAX_DELAY_MS));
  return () => clearTimeout(timeout);
}
