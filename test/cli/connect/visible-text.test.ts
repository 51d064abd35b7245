import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { visible, visibleLines } from '../../../src/cli/connect/visible-text.js';

describe('visible text', () => {
  it('has no control character, whatever was said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const line of [visible(text), ...visibleLines(text)]) {
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
        }
      }),
    );
  });

  it.each([
    ['\u001b[31mred', '[31mred'],
    ['a\tb', 'a b'],
    ['👩\u200d👩\u200d👧 שלום', '👩\u200d👩\u200d👧 שלום'],
    ['a\u0000b\u007fc\u009bd', 'abcd'],
  ])('of %j is %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('is in as many lines as were said', () => {
    expect(visibleLines('a\r\nb\rc\nd\u2028e')).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
