import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRoomPattern, matchesRoom } from '../../../src/server/auth/room-pattern.js';

describe('a room pattern', () => {
  it.each([
    ['lobby', 'lobby', true],
    ['lobby', 'lobby2', false],
    ['class-*', 'class-1a', true],
    ['class-*', 'class-', true],
    ['class-*', 'class', false],
    ['class-*', 'my-class-1', false],
    ['*', 'anything', true],
    ['*-staff', 'school-staff', true],
    ['*-staff', 'staff', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*ab*ab*', 'xabab', true],
    ['*ab*ab*', 'xaab', false],
    ['a**b', 'ab', true],
  ])('%s and %s: %s', (pattern, room, matches) => {
    expect(matchesRoom(pattern, room)).toBe(matches);
  });

  it('matches what the equivalent regular expression matches', () => {
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const rooms = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(patterns, rooms, (pattern, room) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(matchesRoom(pattern, room)).toBe(expression.test(room));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['', 'Lobby', '-a', 'a b', '../x', '.*', 'a'.repeat(65)])('is not %j', (text) => {
    expect(isRoomPattern(text)).toBe(false);
  });
});
