import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonObjectIn } from '../../src/protocol/json-object.js';

describe('a JSON object', () => {
  it('is read as JSON.parse reads it, however long it is', () => {
    const padding = 'x'.repeat(5000);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 8 })), (object) => {
        const json = JSON.stringify({ ...object, padding });
        expect(jsonObjectIn(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  it('is no other value, and no broken JSON', () => {
    for (const json of ['', 'null', '1', '"x"', '[]', '{', '{"a":1}}']) {
      expect(jsonObjectIn(json)).toBeUndefined();
    }
  });

  it('may hold any number of brackets in a string, behind escaped quotes too', () => {
    const text = '\\"[{['.repeat(3000);
    expect(jsonObjectIn(JSON.stringify({ text }))).toEqual({ text });
  });

  it('nests up to 64 levels if it is long', () => {
    const nested = (levels: number): string =>
      `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)},"b":"${'x'.repeat(5000)}"}`;
    expect(jsonObjectIn(nested(64))).toBeDefined();
    expect(jsonObjectIn(nested(65))).toBeUndefined();
  });
});
