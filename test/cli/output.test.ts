import { afterAll, describe, expect, it } from '@jest/globals';
import { COMMANDS, runWithOutputTo } from '../support/output-to.js';
import { SECRET, TemporaryFiles } from '../support/tokens.js';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const run = (args: readonly string[], output: 'nobody' | number) =>
  runWithOutputTo(args, files.write('secret', SECRET), output);

describe('output', () => {
  it.each(COMMANDS)('that nobody reads is no failure: %s', async (...args) => {
    expect(await run(args, 'nobody')).toEqual({ code: 0, stderr: '' });
  });

  it('that nobody reads changes nothing of what a check found', async () => {
    const { code, stderr } = await run(['check', '--data-dir', '/dev/null'], 'nobody');
    expect(code).toBe(2);
    expect(stderr).toBe('tickchat: --data-dir /dev/null: /dev/null is not a directory\n');
  });
});
