import { describe, expect, it } from '@jest/globals';
import { Envelope } from '../../src/clock/envelope.js';

function envelopeOf(points: ReadonlyArray<readonly [at: number, bound: number]>): Envelope {
  const envelope = new Envelope();
  for (const [at, bound] of points) envelope.add(at, bound);
  return envelope;
}

describe('envelope', () => {
  it('is the lowest bound, each raised by its age', () => {
    const envelope = envelopeOf([
      [0, 10],
      [1000, 12],
    ]);
    expect(envelope.least(1000, 0)).toBe(10);
    expect(envelope.least(1000, 0.001)).toBe(11);
    expect(envelope.least(1000, 0.01)).toBe(12);
    expect(envelope.least(1000, -0.001)).toBe(9);
  });

  it('knows how far apart the lowest ones are', () => {
    const points = [40, 10, 13, 90, 12, 70, 50, 11, 80].map((bound) => [0, bound] as const);
    expect(envelopeOf(points).gap(0, 0)).toBe(1); // of nine the lowest three
    expect(envelopeOf(points).gap(0, 0, 4)).toBe(7.5);
    expect(envelopeOf(points.slice(0, 2)).gap(0, 0)).toBe(Infinity);
    expect(new Envelope().least(0, 0)).toBe(Infinity);
  });

  it('forgets the oldest of many', () => {
    const envelope = envelopeOf([[0, 1]]);
    for (let at = 1; at < 160; at += 1) envelope.add(at, 2);
    expect(envelope.least(160, 0)).toBe(1);
    envelope.add(160, 2);
    expect(envelope.least(160, 0)).toBe(2);
  });
});
