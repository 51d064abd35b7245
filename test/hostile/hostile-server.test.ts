import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { STEPS, survive, TICKS } from './hostile-server.js';

/** `npm run hostile` does the same for longer. */
describe('a client of a hostile server', () => {
  it('does not loop, grow or throw, whatever it is sent', () => {
    fc.assert(fc.property(STEPS, TICKS, survive), { numRuns: 300 });
  });
});
