import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { runTickchat } from '../support/run-tickchat.js';

async function helpOf(...command: string[]): Promise<string> {
  const { code, stdout } = await runTickchat([...command, '--help'], tmpdir());
  expect(code).toBe(0);
  return stdout;
}

describe('--help', () => {
  it('of every command fits into 80 columns and writes defaults as one types them', async () => {
    const overview = await helpOf();
    const listed = overview.slice(overview.indexOf('Commands:'));
    const commands = [...listed.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    expect(commands).toEqual(expect.arrayContaining(['serve', 'bench', 'token', 'send', 'check']));
    const texts = [overview, ...(await Promise.all(commands.map((name) => helpOf(name))))];
    const lines = texts.flatMap((text) => text.split('\n'));
    expect(lines.filter(({ length }) => length > 80)).toEqual([]);
    expect(lines.filter((line) => line.includes('(default: "'))).toEqual([]);
  });
});
