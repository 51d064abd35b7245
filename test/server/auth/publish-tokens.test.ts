import { afterAll, describe, expect, it } from '@jest/globals';
import { PublishTokenFile } from '../../../src/server/auth/publish-tokens.js';
import { TemporaryFiles } from '../../support/tokens.js';

const TOKEN = '0123456789abcdef';

describe('the publish token file', () => {
  const files = new TemporaryFiles();
  afterAll(() => files.remove());

  it('has one token per line, with an optional name', async () => {
    const text = `# of the build server\n${TOKEN} Build server\r\n\n  ${TOKEN}-2\n`;
    const tokens = await PublishTokenFile.open(files.write('good', text));
    expect(tokens.find(TOKEN)?.name).toBe('Build server');
    expect(tokens.find(`${TOKEN}-2`)).toEqual({ name: undefined, identity: `token ${TOKEN}-2` });
    for (const other of ['', '#', TOKEN.slice(1), `${TOKEN} Build server`, 'Build']) {
      expect(tokens.find(other)).toBeUndefined();
    }
  });

  it.each([
    ['nothing', '', 'holds no token; takes one a line'],
    ['comments only', '# one\n#two\n', 'holds no token; takes one a line'],
    ['a short token', `${TOKEN}\n${TOKEN.slice(1)} ann`, 'line 2: takes a token of 16 or more'],
    ['a token with other characters', `${TOKEN}é`, 'line 1: takes a token of 16 or more'],
    ['a long name', `${TOKEN} ${'x'.repeat(33)}`, 'line 1: the name takes 1 to 32 characters'],
  ])('is rejected with %s, without showing the line', async (_what, text, why) => {
    const path = files.write('bad', text);
    const error = await PublishTokenFile.open(path).catch(String);
    expect(error).toContain(`--publish-token-file ${path}: ${why}`);
    expect(error).not.toContain(TOKEN.slice(1));
  });

  it('is reloaded; an invalid file keeps the old tokens', async () => {
    const path = files.write('changing', TOKEN);
    const tokens = await PublishTokenFile.open(path);
    files.write('changing', 'short');
    expect(await tokens.reload()).toMatch(/^--publish-token-file .*changing: line 1: takes/);
    expect(tokens.find(TOKEN)).toBeDefined();
    files.write('changing', `${TOKEN}-new`);
    expect(await tokens.reload()).toBeUndefined();
    expect(tokens.find(TOKEN)).toBeUndefined();
    expect(tokens.find(`${TOKEN}-new`)).toBeDefined();
  });
});
