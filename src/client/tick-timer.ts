/**
 * How much too early Node's timers are set, ms: they fire up to three milliseconds late. The rest
 * is waited for turn by turn. Browsers have nothing finer than a timer, and delay nested ones to 4
 * ms.
 */
const EARLY_MS = 3;

/** Final part of a wait, ms, that is spent busy-waiting: one turn of the loop may take longer. */
const BUSY_MS = 0.5;

/** Largest part of a wait that may be spent waiting turn by turn. */
const LARGEST_BUSY_PART = 0.02;

/** A wait that is nearly over. */
interface Ending {
  readonly dueAt: number;
  /** From then on the rest of the wait is busy. */
  readonly busyFrom: number;
}

/** All of this process, so that ticks due at one moment are fired in one turn. */
const endings = new Map<() => void, Ending>();

let scheduled = false;

const { setImmediate } = globalThis as { readonly setImmediate?: (wake: () => void) => unknown };

/**
 * Calls `wake` once, after `delayMs`, as precisely as the platform allows; the result cancels it.
 * Only ticks need this.
 */
export function setTickTimer(wake: () => void, delayMs: number): () => void {
  if (setImmediate === undefined) {
    const timer = setTimeout(wake, Math.ceil(delayMs));
    return () => clearTimeout(timer);
  }
  const dueAt = performance.now() + delayMs;
  const busyMs = Math.min(BUSY_MS, delayMs * LARGEST_BUSY_PART);
  const earlyMs = Math.min(EARLY_MS, delayMs * LARGEST_BUSY_PART);
  const timer = setTimeout(
    () => {
      endings.set(wake, { dueAt, busyFrom: dueAt - busyMs });
      schedule();
    },
    Math.ceil(delayMs - earlyMs),
  );
  return () => {
    endings.delete(wake);
    clearTimeout(timer);
  };
}

function schedule(): void {
  if (scheduled || endings.size === 0) return;
  scheduled = true;
  setImmediate?.(fireDue);
}

function fireDue(): void {
  scheduled = false;
  const soonestFirst = [...endings];
  soonestFirst.sort(([, a], [, b]) => a.dueAt - b.dueAt);
  for (const [wake, { dueAt, busyFrom }] of soonestFirst) {
    if (performance.now() < busyFrom) break;
    while (performance.now() < dueAt);
    if (endings.delete(wake)) wake(); // unless an earlier one has cancelled it
  }
  schedule();
}
