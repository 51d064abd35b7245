/**
 * The text of a bench message: `~RUN~` (what tells our messages from others'), then sender, number
 * and send time as decimal digits of fixed width, so that they are read from the bytes of a frame
 * without making a string; then `x` up to the size asked for.
 */
const RUN_LENGTH = 4;
const MARKER_LENGTH = RUN_LENGTH + 2;
const SENDER_DIGITS = 5;
const SEQ_DIGITS = 8;
/** µs since the run began: enough for 27 hours. */
const TIME_DIGITS = 11;

const SEQ_AT = MARKER_LENGTH + SENDER_DIGITS;
const TIME_AT = SEQ_AT + SEQ_DIGITS;

/** Bytes that the smallest bench message takes. */
export const LEAST_SIZE = TIME_AT + TIME_DIGITS;

const ZERO = 48;

/** A random name for a run, so that two runs on one server don't take each other's messages. */
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
    this.#tail = 'x'.repeat(Math.max(0, size - LEAST_SIZE));
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

/** Reads messages; the fields hold the newest one found. */
export class PayloadReader {
  sender = 0;
  seq = 0;
  /** µs since the run began. */
  sentAt = 0;
  readonly #marker: Buffer;
  /** Where the marker stood last: a server puts it at the same place each time. */
  #offset = 0;

  constructor(run: string) {
    this.#marker = Buffer.from(`~${run}~`);
  }

  /** Whether one of our messages stands in these bytes; sets the fields if so. */
  read(bytes: Buffer, start: number, end: number): boolean {
    let at = start + this.#offset;
    if (!this.#markerAt(bytes, at, end)) {
      const found = bytes.subarray(start, end).indexOf(this.#marker);
      if (found === -1) return false;
      at = start + found;
      if (at + LEAST_SIZE > end) return false;
      this.#offset = found;
    }
    this.sender = digits(bytes, at + MARKER_LENGTH, SENDER_DIGITS);
    this.seq = digits(bytes, at + SEQ_AT, SEQ_DIGITS);
    this.sentAt = digits(bytes, at + TIME_AT, TIME_DIGITS);
    return true;
  }

  #markerAt(bytes: Buffer, at: number, end: number): boolean {
    if (at + LEAST_SIZE > end) return false;
    const marker = this.#marker;
    for (let i = 0; i < MARKER_LENGTH; i += 1) {
      if (bytes[at + i] !== marker[i]) return false;
    }
    return true;
  }
}

/** The decimal number in `length` bytes. */
function digits(bytes: Buffer, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i += 1) value = value * 10 + (bytes[i] ?? ZERO) - ZERO;
  return value;
}
