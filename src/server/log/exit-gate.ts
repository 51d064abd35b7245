const FREE = 0;
const BUSY = 1;
const SHUT = 2;

/**
 * Keeps the process from ending while a thread is inside a transaction. Node ends threads wherever
 * they are, and LMDB, cleaning up after one that was inside, waits for ever for a lock that the
 * thread has itself: instead of exiting, or crashing, the process would hang.
 */
export class ExitGate {
  /** To be handed to the other thread, for its gate. */
  readonly buffer: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#state = new Int32Array(buffer);
  }

  /** The thread is about to begin. If the gate is shut it never returns: the thread is about to end. */
  enter(): void {
    while (Atomics.compareExchange(this.#state, 0, FREE, BUSY) !== FREE) {
      Atomics.wait(this.#state, 0, SHUT);
    }
  }

  /** The thread is done. */
  leave(): void {
    Atomics.compareExchange(this.#state, 0, BUSY, FREE);
    Atomics.notify(this.#state, 0);
  }

  /** Blocks until the thread is not inside, at most so long, and lets it in no more. */
  shut(timeoutMs: number): void {
    const deadline = performance.now() + timeoutMs;
    while (Atomics.compareExchange(this.#state, 0, FREE, SHUT) === BUSY) {
      if (Atomics.wait(this.#state, 0, BUSY, deadline - performance.now()) === 'timed-out') return;
    }
  }
}
