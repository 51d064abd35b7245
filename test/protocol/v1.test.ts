import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frameText, parseFrame } from '../../src/protocol/frame.js';
import { cleanName } from '../../src/protocol/name.js';
import { readClientFrame } from '../../src/protocol/read-client-frame.js';
import { isWellFormed, utf8Length } from '../../src/protocol/text.js';
import {
  clientFrame,
  FAIL_CODES,
  payloadOf,
  serverFrame,
  type ServerPayloads,
} from '../../src/protocol/v1.js';
import { ROOT } from '../support/root.js';

interface Vectors {
  readonly client: ReadonlyArray<{
    readonly frame: string;
    readonly verb?: string;
    readonly payload?: unknown;
    readonly code?: string;
    readonly id?: string;
  }>;
  readonly server: ReadonlyArray<{
    readonly frame: string;
    readonly verb: keyof ServerPayloads;
    readonly payload: never;
  }>;
}

const vectors = JSON.parse(
  readFileSync(join(ROOT, 'test/protocol/vectors/v1.json'), 'utf8'),
) as Vectors;
const MAX_MESSAGE = 20;

describe('a tickchat.v1 frame of a client', () => {
  const holding = vectors.client.filter(({ code }) => code === undefined);
  const failing = vectors.client.filter(({ code }) => code !== undefined);

  it.each(holding)('$frame holds', ({ frame, verb, payload }) => {
    expect(readClientFrame(frame, MAX_MESSAGE)).toEqual({ verb, payload });
  });

  it.each(failing)('$frame fails', ({ frame, code, id }) => {
    const text: unknown = expect.stringMatching(/^[^\n]+$/);
    expect(readClientFrame(frame, MAX_MESSAGE)).toEqual({
      verb: 'fail',
      payload: { ...(id === undefined ? {} : { id }), code, text },
    });
  });

  it('is read back as it was written', () => {
    const texts = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 64 }), texts, (id, text) => {
        const frame = clientFrame('msg', { id, text });
        expect(readClientFrame(frame, Infinity)).toEqual({ verb: 'msg', payload: { id, text } });
      }),
    );
  });

  it('of whatever kind is answered with a value, never with an exception', () => {
    const verbs = fc.oneof(
      fc.constantFrom('join', 'msg', 'name', 'sync', 'hello', 'toString', '__proto__', ''),
      fc.string(),
    );
    const payloads = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => text.slice(1)),
    );
    fc.assert(
      fc.property(verbs, payloads, (verb, payload) => {
        const { verb: read } = readClientFrame(`${verb}:${payload}`, MAX_MESSAGE);
        expect(['join', 'msg', 'name', 'sync', 'fail']).toContain(read);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a tickchat.v1 frame of a server', () => {
  it.each(vectors.server)('$frame', ({ frame, verb, payload }) => {
    expect(frameText(serverFrame(verb, payload))).toBe(frame);
    const parsed = parseFrame(frame);
    expect(parsed?.verb).toBe(verb);
    expect(parsed && payloadOf(parsed)).toEqual(payload);
  });

  it('fails with the documented codes only', () => {
    const text = readFileSync(join(ROOT, 'docs/PROTOCOL.md'), 'utf8');
    for (const code of FAIL_CODES) expect(text).toContain(`| \`${code}\` |`);
  });
});

describe('text', () => {
  it('is counted as UTF-8 encodes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('is well-formed exactly when it survives UTF-8', () => {
    const units = fc.array(fc.constantFrom(0x61, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000));
    fc.assert(
      fc.property(units, (codes) => {
        const text = String.fromCharCode(...codes);
        expect(isWellFormed(text)).toBe(Buffer.from(text).toString() === text);
      }),
    );
  });
});

describe('a name', () => {
  it.each([
    ['Ann', 'Ann'],
    [' 名前 ', '名前'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['a\u200bb', 'a\u200bb'],
    ['a\tb', undefined],
    ['a\u0085b', undefined],
    ['', undefined],
  ])('%j becomes %j', (name, cleaned) => {
    expect(cleanName(name)).toBe(cleaned);
  });
});
