import { closeSync, openSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { COMMANDS, runWithOutputTo } from '../support/output-to.js';
import { SECRET, TemporaryFiles } from '../support/tokens.js';

const files = new TemporaryFiles();
afterAll(() => files.remove());

const run = (args: readonly string[], output: 'nobody' | number) =>
  runWithOutputTo(args, files.write('secret', SECRET), output);

describe('output to a full device', () => {
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
