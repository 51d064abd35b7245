import { describe, expect, it } from '@jest/globals';
import { HELP, readInput } from '../../../src/cli/connect/input.js';

describe('what is typed', () => {
  it.each([
    ['hello', { kind: 'say', text: 'hello' }],
    [' /name x', { kind: 'say', text: ' /name x' }],
    ['//name x', { kind: 'say', text: '/name x' }],
    ['  ', { kind: 'nothing' }],
    ['/name  Ann Smith ', { kind: 'name', name: 'Ann Smith' }],
    ['/room game', { kind: 'room', room: 'game' }],
    ['/who', { kind: 'who' }],
    ['/help me', { kind: 'help' }],
    ['/quit', { kind: 'quit' }],
    ['/name', { kind: 'wrong', why: '/name takes a name' }],
    ['/room ', { kind: 'wrong', why: '/room takes a room' }],
    ['/', { kind: 'wrong', why: '/ is not a command; /help lists the commands' }],
    [
      '/constructor',
      { kind: 'wrong', why: '/constructor is not a command; /help lists the commands' },
    ],
  ])('%j is understood', (line, input) => {
    expect(readInput(line)).toEqual(input);
  });

  it('is explained in lines that fit a terminal', () => {
    for (const line of HELP) expect(line.length).toBeLessThanOrEqual(80);
  });
});
