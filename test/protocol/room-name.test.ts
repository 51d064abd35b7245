import { describe, expect, it } from '@jest/globals';
import { DEFAULT_ROOM, isRoomName } from '../../src/protocol/room-name.js';

describe('a room name', () => {
  it.each([DEFAULT_ROOM, 'a', '7', 'a-b_c', '0-0', 'a'.repeat(64)])('may be %j', (name) => {
    expect(isRoomName(name)).toBe(true);
  });

  it.each([
    '',
    'A',
    '-a',
    '_a',
    'a b',
    'a\n',
    'a/b',
    '../a',
    'a.b',
    'ä',
    '👋',
    '__proto__',
    'a'.repeat(65),
  ])('may not be %j', (name) => {
    expect(isRoomName(name)).toBe(false);
  });
});
