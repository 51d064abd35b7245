import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frameText, messageFrame, parseFrame, tickFrame } from '../../src/protocol/frame.js';
import { plainVectors } from './vectors.js';

const vectors = plainVectors();
const relayed = vectors.messages.filter(({ received }) => received !== null);

describe('a plain frame', () => {
  it.each(vectors.ticks)('announces tick $n', ({ n, frame }) => {
    expect(frameText(tickFrame(n))).toBe(frame);
    expect(parseFrame(frame)).toEqual({ verb: 'tick', payload: String(n) });
  });

  it.each(relayed)('carries the message $sent as it was typed', ({ sent, received }) => {
    expect(frameText(messageFrame(sent))).toBe(received);
    expect(parseFrame(received ?? '')).toEqual({ verb: 'msg', payload: sent });
  });

  it.each(vectors.frames)('splits $frame at its first colon', ({ frame, ...split }) => {
    expect(parseFrame(frame)).toEqual(split.verb === null ? undefined : split);
  });

  it('gives back any text that is put in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseFrame(frameText(messageFrame(text)))).toEqual({ verb: 'msg', payload: text });
      }),
    );
  });
});
