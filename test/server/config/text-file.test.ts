import { describe, expect, it } from '@jest/globals';
import { decodeText } from '../../../src/server/config/text-file.js';

describe('a text file', () => {
  it.each([
    ['UTF-8', Buffer.from('ä\r\nb')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffä\r\nb')],
  ])('is read in %s', (_, bytes) => {
    expect(decodeText(bytes)).toEqual({ ok: true, text: 'ä\r\nb' });
  });

  it.each([
    ['UTF-16', Buffer.from('\ufeffa', 'utf16le'), 'is UTF-16, not UTF-8'],
    ['UTF-16, big-endian', Buffer.from('\ufeffa', 'utf16le').swap16(), 'is UTF-16, not UTF-8'],
    ['Latin-1', Buffer.from('a\nä\nb', 'latin1'), 'is not UTF-8 (line 2)'],
    ['Latin-1 in its last line', Buffer.from('a\nb\nä', 'latin1'), 'is not UTF-8 (line 3)'],
  ])('is refused in %s', (_, bytes, why) => {
    expect(decodeText(bytes)).toEqual({ ok: false, why });
  });
});
