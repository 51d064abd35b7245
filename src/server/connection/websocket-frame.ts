import { frameText } from '../../protocol/frame.js';
import type { OutboundFrame } from './transport.js';

/** Opcode bits of a whole text message in one frame: FIN + text (RFC 6455 §5.2). */
const FIN_TEXT = 0x81;

/** Length of the header of an unmasked frame with `length` bytes of payload (RFC 6455 §5.2). */
export function headerLength(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

/** Writes the header of a text frame for `length` bytes; returns the offset of the payload. */
function writeTextHeader(target: Buffer, offset: number, length: number): number {
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

/** Encodes frames as WebSocket text messages, each in one frame, in one buffer. */
export function encodeWebSocket(frames: readonly OutboundFrame[]): Buffer {
  const [only] = frames;
  // In a busy room most turns bring one frame: it needs no lists.
  if (frames.length === 1 && only !== undefined) return encodeText(frameText(only));
  const texts: string[] = [];
  const lengths: number[] = [];
  let total = 0;
  for (const frame of frames) {
    const text = frameText(frame);
    const length = Buffer.byteLength(text);
    texts.push(text);
    lengths.push(length);
    total += headerLength(length) + length;
  }
  const buffer = Buffer.allocUnsafe(total);
  let offset = 0;
  for (const [index, text] of texts.entries()) {
    offset = writeText(buffer, offset, text, lengths[index] ?? 0);
  }
  return buffer;
}

function encodeText(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const buffer = Buffer.allocUnsafe(headerLength(length) + length);
  writeText(buffer, 0, text, length);
  return buffer;
}

/** Writes a text of `length` bytes as a frame; returns the offset after it. */
function writeText(target: Buffer, offset: number, text: string, length: number): number {
  const begin = writeTextHeader(target, offset, length);
  return begin + target.write(text, begin, length, 'utf8');
}
