import type { FailCode } from './v1.js';

/** Length of `text` in UTF-8 (RFC 3629), bytes, counted without encoding it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes: each half adds one.
    bytes += unit < 0x800 || isSurrogate(unit) ? 1 : 2;
  }
  return bytes;
}

/** The fault of a text that can't be a message, or undefined. `maxMessage` in bytes of UTF-8. */
export function faultOfText(
  text: string,
  maxMessage: number,
): { readonly code: FailCode; readonly text: string } | undefined {
  if (text === '') return { code: 'empty', text: 'text is empty' };
  if (utf8Length(text) > maxMessage) {
    return { code: 'too_long', text: `text takes up to ${maxMessage} bytes of UTF-8` };
  }
  if (!isWellFormed(text)) return { code: 'bad_frame', text: 'text has half a surrogate pair' };
  return undefined;
}

/** Whether every surrogate in `text` is paired: JSON can carry unpaired ones. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
