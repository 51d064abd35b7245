import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { Command } from '../support/command.js';
import { runTickchat } from '../support/run-tickchat.js';

/** Starts `tickchat` with these arguments, and stops it when it listens. */
async function serves(...args: string[]): Promise<string> {
  const command = Command.piped(...args);
  await command.shows('listening on port');
  command.signal('SIGTERM');
  expect(await command.exited).toBe(0);
  return command.stdout;
}

describe('tickchat without a command', () => {
  it('takes the options of serve', async () => {
    const output = await serves('--port', '0', '--host', '127.0.0.1', '--tick', '2s');
    expect(output).toContain('"tickMs":2000');
  });

  it('serves with no option at all', async () => {
    const { code, stderr } = await runTickchat([], tmpdir(), { TICKCHAT_TICK: 'soon' });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^tickchat: TICKCHAT_TICK "soon": takes a duration/),
    ]);
  });

  it.each([
    [['--prot', '1'], "tickchat: unknown option '--prot' (Did you mean --port?)\n"],
    [['sreve'], "tickchat: unknown command 'sreve' (Did you mean serve?)\n"],
  ])('rejects %j', async (args, line) => {
    const { code, stderr } = await runTickchat(args, tmpdir());
    expect([code, stderr]).toEqual([2, line]);
  });

  it('keeps its own help and version', async () => {
    const help = await runTickchat(['--help'], tmpdir());
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/^Usage: tickchat \[options\] \[command\]/);
    expect(help.stdout).toContain('Without a command it serves');
    const version = await runTickchat(['-V'], tmpdir());
    expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });
});
