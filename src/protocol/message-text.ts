import { isWellFormed, utf8Length } from './text.js';
import type { FailCode } from './v1.js';

/** Why a text can't be a message; undefined if it can. `maxMessage` is in bytes of UTF-8. */
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
