import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVE_OPTIONS } from '../../src/server/config/options.js';
import { startDaemon } from '../support/daemon.js';
import { runTickchat, type Run } from '../support/run-tickchat.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickchat-check-'));
});

afterEach(() => rm(folder, { recursive: true }));

function check(args: readonly string[], variables?: Record<string, string>): Promise<Run> {
  return runTickchat(['check', ...args], folder, variables);
}

describe('tickchat check', () => {
  it('prints every option, from where it is and what', async () => {
    await writeFile(join(folder, '.env'), 'TICKCHAT_TICK=2s\nTICKCHAT_RATE=5\n');
    const variables = { TICKCHAT_RATE: '6', STATE_DIRECTORY: join(folder, 'state') };
    const { code, stdout, stderr } = await check(['--port', '1234'], variables);
    expect([code, stderr]).toEqual([0, '']);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows).toHaveLength(Object.keys(SERVE_OPTIONS).length);
    expect(rows).toContainEqual(['--port', '--port', '1234']);
    expect(rows).toContainEqual(['--tick', 'TICKCHAT_TICK in .env', '2s']);
    expect(rows).toContainEqual(['--rate', 'TICKCHAT_RATE', '6']);
    expect(rows).toContainEqual(['--data-dir', '$STATE_DIRECTORY', join(folder, 'state')]);
    expect(rows).toContainEqual(['--burst', 'default', '40']);
    expect(rows).toContainEqual(['--host', 'default', '(all interfaces)']);
  });

  it('fits into 80 columns where nothing is set', async () => {
    const { stdout } = await check([]);
    expect(stdout.split('\n').filter(({ length }) => length > 80)).toEqual([]);
  });

  it('opens no port: it passes beside the server that runs, its directory included', async () => {
    const directory = join(folder, 'data');
    const daemon = await startDaemon(['--data-dir', directory]);
    const { code } = await check(['--port', String(daemon.port), '--data-dir', directory]);
    expect(code).toBe(0);
    expect((await fetch(`${daemon.url}healthz`)).status).toBe(200);
    await daemon.stop();
  });

  it('leaves nothing behind, neither in a directory nor where one is to be made', async () => {
    await mkdir(join(folder, 'there'));
    expect((await check(['--data-dir', 'there'])).code).toBe(0);
    expect((await check(['--data-dir', 'to/be/made'])).code).toBe(0);
    expect(await readdir(folder, { recursive: true })).toEqual(['there']);
  });

  it('exits 2 and says all that is wrong with the files, each in one line', async () => {
    await writeFile(join(folder, 'file'), '');
    const args = ['--data-dir', 'file', '--tls-cert', 'no.pem', '--tls-key', 'no.pem'];
    const { code, stderr } = await check(args);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining("tickchat: --tls-cert no.pem: can't be read (ENOENT); takes a PEM"),
      expect.stringMatching(/^tickchat: --data-dir file: .*\/file is not a directory$/),
    ]);
  });

  it.each(['link', 'link/below'])('finds the link to nothing in %s', async (directory) => {
    await symlink(join(folder, 'gone'), join(folder, 'link'));
    const { code, stderr } = await check(['--data-dir', directory]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^tickchat: --data-dir \S+: \S+\/link is a link to nothing\n$/);
  });

  it('finds a directory with something else in it than a log', async () => {
    await writeFile(join(folder, 'log.mdb'), 'a diary');
    const { code, stderr } = await check(['--data-dir', '.']);
    expect(code).toBe(2);
    expect(stderr).toBe('tickchat: --data-dir .: log.mdb is not a tickchat log, or is damaged\n');
  });

  it.each([
    [['--tick', 'soon'], '--tick "soon": takes a duration'],
    [['--tls-key', 'key.pem'], '--tls-key: has no --tls-cert beside it; takes both or neither'],
    [['--tck', '1s'], "unknown option '--tck'"],
  ])('exits 2 for %j, as serve does', async (args, line) => {
    const { code, stdout, stderr } = await check(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`tickchat: ${line}`);
  });

  it('names a variable that is none of the settings, and never says what is in it', async () => {
    const { code, stdout, stderr } = await check([], { TICKCHAT_SECERT: 'hush' });
    expect(code).toBe(0);
    expect(stderr).toBe('tickchat: warning: TICKCHAT_SECERT is not a setting of tickchat\n');
    expect(stdout).not.toContain('hush');
  });
});

describe('what tickchat check prints', () => {
  it('has no password in it, not even one that was put where none belongs', async () => {
    const { stdout } = await check(['--data-dir', 'redis://ann:hush@db.example/0']);
    expect(stdout).toContain('redis://ann:***@db.example/0');
    expect(stdout).not.toContain('hush');
  });
});
