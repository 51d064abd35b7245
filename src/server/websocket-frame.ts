/** Opcode bits of a whole text message in one frame: FIN + text (RFC 6455 §5.2). */
const FIN_TEXT = 0x81;

/** Bytes that stand before a payload of `length` bytes in an unmasked frame (RFC 6455 §5.2). */
export function headerLength(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

/** Writes the header of a text frame for a payload of `length` bytes; returns where that begins. */
export function writeTextHeader(target: Buffer, offset: number, length: number): number {
  target[offset] = FIN_TEXT;
  if (length < 126) {
    target[offset + 1] = length;
    return offset + 2;
  }
  if (length < 65_536) {
    target[offset + 1] = 126;
    return target.writeUInt16BE(length, offset + 2);
  }
  target[offset + 1] = 127;
  target.writeUInt32BE(Math.floor(length / 2 ** 32), offset + 2);
  return target.writeUInt32BE(length % 2 ** 32, offset + 6);
}

/** The texts as text frames one after the other, in one buffer. */
export function textFrames(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const total = lengths.reduce((sum, length) => sum + headerLength(length) + length, 0);
  const buffer = Buffer.allocUnsafe(total);
  let offset = 0;
  texts.forEach((text, i) => {
    const length = lengths[i] ?? 0;
    offset = writeTextHeader(buffer, offset, length);
    offset += buffer.write(text, offset, length, 'utf8');
  });
  return buffer;
}
