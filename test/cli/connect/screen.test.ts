import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { Screen } from '../../../src/cli/connect/screen.js';
import { TerminalRows } from './terminal-rows.js';

const COLUMNS = 20;
const TYPED = 'abcdefghijklmnopqrstuvwxyz0123456789';

let input: PassThrough;
let terminal: TerminalRows;
let screen: Screen;

beforeEach(() => {
  input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  terminal = new TerminalRows(COLUMNS);
  screen = new Screen(input, terminal, { onLine: () => {}, onLeave: () => {} });
});

afterEach(() => screen.close());

/** Types `text`, one key at a time. */
function types(text: string): void {
  for (const key of text) input.emit('data', Buffer.from(key));
}

/** The rows of the prompt and the typed text. */
function rowsOf(text: string): string[] {
  return text.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? [];
}

describe('what is being typed', () => {
  it('stands there once when the prompt changes, over however many rows', () => {
    screen.prompt('[8] ann> ');
    types(TYPED);
    for (const prompt of ['[9] ann> ', '[10] ann> ', '[11] a> ', '[12] somebody> ']) {
      screen.prompt(prompt);
      expect(terminal.shown).toEqual(rowsOf(prompt + TYPED));
    }
  });

  it('stands there once whatever length it has when the prompt gets longer or shorter', () => {
    for (let length = 1; length <= TYPED.length; length += 1) {
      types(TYPED.charAt(length - 1));
      const typed = TYPED.slice(0, length);
      for (const prompt of ['[9] ann> ', '[10] ann> ', '> ', '[9] ann> ']) {
        screen.prompt(prompt);
        expect(terminal.shown.map((row) => row.trimEnd())).toEqual(rowsOf(prompt + typed));
      }
    }
  });

  it('stands there once when it was pasted, for which readline does not count rows', () => {
    screen.prompt('[8] ann> ');
    input.emit('data', Buffer.from(TYPED));
    screen.prompt('[9] ann> ');
    expect(terminal.shown).toEqual(rowsOf(`[9] ann> ${TYPED}`));
    input.emit('data', Buffer.from(TYPED));
    screen.print('one');
    expect(terminal.shown).toEqual(['one', ...rowsOf(`[9] ann> ${TYPED}${TYPED}`)]);
  });

  it('stands below what others say, without a hole or a copy', () => {
    screen.prompt('[8] ann> ');
    types(TYPED);
    screen.print('one');
    screen.prompt('[9] ann> ');
    screen.print('two', 'three');
    expect(terminal.shown).toEqual(['one', 'two', 'three', ...rowsOf(`[9] ann> ${TYPED}`)]);
  });
});

describe('what has been typed', () => {
  it('stays on the screen when the next line begins', () => {
    screen.prompt('> ');
    types(`${TYPED}\r`);
    screen.prompt('>> ');
    expect(terminal.shown).toEqual([...rowsOf(`> ${TYPED}`), '>>']);
  });
});
