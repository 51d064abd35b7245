/** Opcodes (RFC 6455 §5.2). */
export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Receives complete frames. The payload is valid during the call only. */
export interface FrameSink {
  frame(opcode: number, bytes: Buffer, start: number, end: number): void;
}

const FIN = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const NONE = Buffer.alloc(0);

/**
 * Finds the frames of a server in the bytes of one connection (RFC 6455 §5.2). It copies only
 * incomplete frames. Fragmented messages are an error: no server fragments short messages.
 */
export class FrameScanner {
  readonly #maxPayload: number;
  #carry = NONE;
  #carried = 0;
  #problem: string | undefined;

  /** @param maxPayload bytes; a longer frame is an error, so that memory stays bounded */
  constructor(maxPayload: number) {
    this.#maxPayload = maxPayload;
  }

  /**
   * Passes complete frames to `sink`. Returns the protocol error, if any; the scanner then stops.
   */
  scan(bytes: Buffer, start: number, end: number, sink: FrameSink): string | undefined {
    if (this.#problem !== undefined) return this.#problem;
    if (this.#carried === 0) {
      const used = this.#scan(bytes, start, end, sink);
      if (used < end) this.#append(bytes, used, end);
    } else {
      this.#append(bytes, start, end);
      const used = this.#scan(this.#carry, 0, this.#carried, sink);
      this.#carry.copyWithin(0, used, this.#carried);
      this.#carried -= used;
      if (this.#carried === 0) this.#carry = NONE; // there are thousands of connections
    }
    return this.#problem;
  }

  /** Returns the start of the first incomplete frame. */
  #scan(bytes: Buffer, start: number, end: number, sink: FrameSink): number {
    let at = start;
    while (end - at >= 2) {
      const first = bytes[at] ?? 0;
      const second = bytes[at + 1] ?? 0;
      let payload = at + 2;
      let length = second;
      if (second >= 126) {
        payload = at + (second === 126 ? 4 : 10);
        if (payload > end) break;
        length =
          second === 126
            ? bytes.readUInt16BE(at + 2)
            : bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
      }
      this.#problem = this.#problemWith(first, second, length);
      if (this.#problem !== undefined) return end;
      if (payload + length > end) break;
      sink.frame(first & 0x0f, bytes, payload, payload + length);
      at = payload + length;
    }
    return at;
  }

  #problemWith(first: number, second: number, length: number): string | undefined {
    if ((second & MASKED) !== 0) return 'a masked frame from the server';
    if ((first & RESERVED) !== 0) return 'a frame with reserved bits set';
    if ((first & FIN) === 0 || (first & 0x0f) === 0) return 'a fragmented message';
    return length > this.#maxPayload ? `a frame of ${length} bytes` : undefined;
  }

  #append(bytes: Buffer, start: number, end: number): void {
    const needed = this.#carried + end - start;
    if (needed > this.#carry.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#carry.length));
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    bytes.copy(this.#carry, this.#carried, start, end);
    this.#carried = needed;
  }
}
