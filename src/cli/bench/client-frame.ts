const FIN = 0x80;
const MASKED = 0x80;
const KEY_LENGTH = 4;

/**
 * Encodes a frame of a client (RFC 6455 §5.3). The masking key is 0, so that masking costs the load
 * generator nothing; the server still unmasks.
 */
export function clientFrame(opcode: number, payload: Uint8Array | string): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + lengthBytes + KEY_LENGTH + length);
  frame[0] = FIN | opcode;
  if (lengthBytes === 0) {
    frame[1] = MASKED | length;
  } else if (lengthBytes === 2) {
    frame[1] = MASKED | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MASKED | 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  const start = 2 + lengthBytes + KEY_LENGTH;
  frame.fill(0, start - KEY_LENGTH, start);
  if (typeof payload === 'string') frame.write(payload, start, 'utf8');
  else frame.set(payload, start);
  return frame;
}
