/** One WebSocket frame as it stands on the wire (RFC 6455 §5.2), payload unmasked. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The whole frames that `bytes` begins with, as a server sends them, and how long they are. */
export function readFrames(bytes: Buffer): { frames: RawFrame[]; length: number } {
  const frames: RawFrame[] = [];
  let at = 0;
  for (;;) {
    const second = bytes[at + 1];
    if (second === undefined) break;
    const size = second & 0x7f;
    const start = at + (size < 126 ? 2 : size === 126 ? 4 : 10);
    if (bytes.length < start) break;
    const length =
      size < 126
        ? size
        : size === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (bytes.length < start + length) break;
    frames.push({
      opcode: bytes.readUInt8(at) & 0x0f,
      payload: bytes.subarray(start, start + length),
    });
    at = start + length;
  }
  return { frames, length: at };
}

/** What a client may get wrong, on purpose. */
export interface FrameFlaws {
  readonly final?: boolean;
  readonly reserved?: number;
  readonly masked?: boolean;
}

/** A frame as a client sends it: masked (RFC 6455 §5.3), unless told to get it wrong. */
export function clientFrame(
  opcode: number,
  content: string | Buffer,
  { final = true, reserved = 0, masked = true }: FrameFlaws = {},
): Buffer {
  const payload = Buffer.from(content);
  const { length } = payload;
  const size = length < 126 ? length : length < 65_536 ? 126 : 127;
  const header = Buffer.alloc(size < 126 ? 2 : size === 126 ? 4 : 10);
  header.writeUInt8((final ? 0x80 : 0) | (reserved << 4) | opcode, 0);
  header.writeUInt8((masked ? 0x80 : 0) | size, 1);
  if (size === 126) header.writeUInt16BE(length, 2);
  if (size === 127) header.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([header, payload]);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  return Buffer.concat([header, mask, payload.map((byte, i) => byte ^ mask.readUInt8(i % 4))]);
}
