/**
 * The text of a bench message: the marker `~RUN~`, then sender, number and send time as decimal
 * digits of fixed width, then `x` up to the size of the plan. The fixed width lets a reader parse
 * the bytes of a frame without making a string.
 */
const RUN_LENGTH = 4;
const MARKER_LENGTH = RUN_LENGTH + 2;
const SENDER_DIGITS = 5;
const SEQ_DIGITS = 8;
/** Digits of the send time, µs since the start of the run: enough for 27 hours. */
const TIME_DIGITS = 11;

const SEQ_AT = MARKER_LENGTH + SENDER_DIGITS;
const TIME_AT = SEQ_AT + SEQ_DIGITS;

/** Length of the smallest bench message, bytes. */
export const MIN_SIZE = TIME_AT + TIME_DIGITS;

const ZERO = 48;

/** A random name for a run. It keeps the messages of two runs on one server apart. */
export function randomRun(): string {
  return Math.floor(Math.random() * 36 ** RUN_LENGTH)
    .toString(36)
    .padStart(RUN_LENGTH, '0');
}

/** Writes messages of `size` bytes. */
export class PayloadWriter {
  readonly #head: string;
  readonly #tail: string;

  constructor(run: string, size: number) {
    this.#head = `~${run}~`;
    this.#tail = 'x'.repeat(Math.max(0, size - MIN_SIZE));
  }

  /** @param time µs since the run began */
  write(sender: number, seq: number, time: number): string {
    return (
      this.#head +
      String(sender).padStart(SENDER_DIGITS, '0') +
      String(seq).padStart(SEQ_DIGITS, '0') +
      String(Math.floor(time)).padStart(TIME_DIGITS, '0') +
      this.#tail
    );
  }
}

/** Parses bench messages. The fields hold the newest one. */
export class PayloadReader {
  sender = 0;
  seq = 0;
  /** µs since the run began. */
  sentAt = 0;
  readonly #marker: Buffer;
  /** Position of the last marker; a server puts it at the same position each time. */
  #offset = 0;

  constructor(run: string) {
    this.#marker = Buffer.from(`~${run}~`);
  }

  /**
   * Finds a message of this run in the bytes and sets the fields. Returns false if there is none.
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    let at = start + this.#offset;
    if (!this.#markerAt(bytes, at, end)) {
      const found = bytes.subarray(start, end).indexOf(this.#marker);
      if (found === -1) return false;
      at = start + found;
      if (at + MIN_SIZE > end) return false;
      this.#offset = found;
    }
    this.sender = digits(bytes, at + MARKER_LENGTH, SENDER_DIGITS);
    this.seq = digits(bytes, at + SEQ_AT, SEQ_DIGITS);
    this.sentAt = digits(bytes, at + TIME_AT, TIME_DIGITS);
    return true;
  }

  #markerAt(bytes: Buffer, at: number, end: number): boolean {
    if (at + MIN_SIZE > end) return false;
    const marker = this.#marker;
    for (let i = 0; i < MARKER_LENGTH; i += 1) {
      if (bytes[at + i] !== marker[i]) return false;
    }
    return true;
  }
}

/** Parses a decimal number of `length` bytes. */
function digits(bytes: Buffer, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i += 1) value = value * 10 + (bytes[i] ?? ZERO) - ZERO;
  return value;
}
