import type { Draft } from './log.js';

/** Approximate size of a message without its text and names, bytes. */
const MESSAGE_BYTES = 300;

/** Approximate size of a message in memory, bytes. */
export function bytesOf({ text, from, id }: Draft): number {
  return MESSAGE_BYTES + 2 * (text.length + from.name.length + id.length);
}

/**
 * Counts the bytes that wait to be logged. Above the bound the log is congested, until half of that
 * has gone: so that senders are not stopped and started for every message.
 */
export class Congestion {
  readonly #maxBytes: number;
  #bytes = 0;
  #congested = false;
  #waiting: Array<() => void> = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get congested(): boolean {
    return this.#congested;
  }

  /** Resolves when it is not congested, at once if it is not now. */
  async relieved(): Promise<void> {
    if (this.#congested) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) this.#congested = true;
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
    if (!this.#congested || this.#bytes > this.#maxBytes / 2) return;
    this.#congested = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
