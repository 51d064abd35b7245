import { describe, expect, it } from '@jest/globals';
import { cleanName, likenessOf } from '../../src/protocol/name.js';

describe('a name', () => {
  it.each([
    ['Ann', 'Ann'],
    ['  Ann  ', 'Ann'],
    ['é', 'é'],
    ['e\u0301', 'e\u0301'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['☃️'.repeat(16), '☃️'.repeat(16)],
    ['😀'.repeat(32), '😀'.repeat(32)],
    ['नमस्ते', 'नमस्ते'],
    ['1', '1'],
    ['_', '_'],
  ])('may be %j', (name, cleaned) => {
    expect(cleanName(name)).toBe(cleaned);
  });

  it.each([
    ['nothing', ''],
    ['spaces', ' \u00a0\u3000'],
    ['zero-width spaces', '\u200b\u200b'],
    ['a word joiner', '\u2060'],
    ['a soft hyphen', '\u00ad'],
    ['marks alone', '\u0301\u0308'],
    ['a Hangul filler', '\u3164'],
    ['blank Braille', '\u2800'],
    ['a variation selector', '\ufe0f'],
    ['private use', '\ue000'],
    ['33 characters', 'x'.repeat(33)],
    ['33 emoji', '😀'.repeat(33)],
    ['a line break', 'a\nb'],
    ['a control character', 'a\u0007b'],
    ['half a character', '\ud800'],
  ])('may not be %s', (_, name) => {
    expect(cleanName(name)).toBeUndefined();
  });

  it.each([
    ['Ann', 'ann'],
    ['Ann', 'Ann\u200b'],
    ['Ann', 'A\u00adnn'],
    ['Ann', 'A\u2060n\ufe0fn'],
    ['Ann', 'Ａｎｎ'],
    ['Straße', 'STRASSE'],
    ['é', 'e\u0301'],
    ['ﬁn', 'fin'],
  ])('%j looks like %j', (one, other) => {
    expect(likenessOf(one)).toBe(likenessOf(other));
  });

  it.each([
    ['Ann', 'Anna'],
    ['a', 'á'],
    ['1', 'l'],
  ])('%j differs from %j', (one, other) => {
    expect(likenessOf(one)).not.toBe(likenessOf(other));
  });
});
