import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../support/root.js';
import { SECRET, TemporaryFiles } from '../support/tokens.js';

const files = new TemporaryFiles();
const COMMANDS = [['check'], ['unit'], ['--help'], ['token', '--secret-file']] as const;

afterAll(() => files.remove());

/** Runs `tickchat` with a standard output that is read by nobody, or is this descriptor. */
async function run(args: readonly string[], output: 'nobody' | number) {
  const all = args[0] === 'token' ? [...args, files.write('secret', SECRET)] : args;
  const child = spawn(process.execPath, [join(ROOT, 'bin/tickchat.js'), ...all], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', output === 'nobody' ? 'pipe' : output, 'pipe'],
  });
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  // Where this checkout is may be worth a warning.
  return { code: child.exitCode, stderr: stderr.replaceAll(/^tickchat: warning: .*\n/gm, '') };
}

describe('output', () => {
  it.each(COMMANDS)('that nobody reads is no failure: %s', async (...args) => {
    expect(await run(args, 'nobody')).toEqual({ code: 0, stderr: '' });
  });

  it('that nobody reads changes nothing of what a check found', async () => {
    const { code, stderr } = await run(['check', '--data-dir', '/dev/null'], 'nobody');
    expect(code).toBe(2);
    expect(stderr).toBe('tickchat: --data-dir /dev/null: /dev/null is not a directory\n');
  });

  it.each(COMMANDS)('that cannot be written is one, in one line: %s', async (...args) => {
    const full = openSync('/dev/full', 'w');
    const outcome = await run(args, full);
    closeSync(full);
    expect(outcome).toEqual({
      code: 1,
      stderr: "tickchat: standard output: can't be written (ENOSPC)\n",
    });
  });
});
