import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDuration } from '../../src/server/config/units.js';
import { SERVE_OPTIONS } from '../../src/server/config/options.js';
import { ROOT } from '../support/root.js';

/** The highest exposure, of 10, that `systemd-analyze security` may find. */
const MOST_EXPOSURE = 1.5;

/** What systemd-analyze says; a machine without it fails here, it isn't a reason to skip. */
function analyze(...args: readonly string[]) {
  const { error, status, stdout, stderr } = spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '', LC_ALL: 'C' },
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** The value of a setting that stands once in the unit. */
function setting(unit: string, name: string): string | undefined {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];
}

describe('deploy/tickchat.service', () => {
  let folder = '';
  let unit = '';
  let installed = '';

  beforeAll(async () => {
    unit = await readFile(join(ROOT, 'deploy/tickchat.service'), 'utf8');
    folder = await mkdtemp(join(tmpdir(), 'tickchat-unit-'));
    installed = join(folder, 'tickchat.service');
    // As it would be if this checkout were installed: verify wants an ExecStart that exists.
    const here = unit
      .replaceAll('/opt/tickchat/', ROOT)
      .replaceAll('/usr/bin/node', process.execPath);
    await writeFile(installed, here);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('passes systemd-analyze verify without a word', () => {
    expect(analyze('verify', installed)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('would not pass with a setting that systemd does not know', async () => {
    const wrong = join(folder, 'wrong.service');
    await writeFile(wrong, unit.replace('[Service]', '[Service]\nProtectEverything=yes'));
    expect(analyze('verify', wrong).stderr).toContain('ProtectEverything');
  });

  it(`is exposed no more than ${MOST_EXPOSURE} of 10`, () => {
    const { stdout, stderr } = analyze('security', '--offline=yes', installed);
    const score = /Overall exposure level for \S+: (\d+\.\d+) /.exec(stdout)?.[1];
    expect(stderr).toBe('');
    expect(score).toBeDefined();
    expect(Number(score)).toBeLessThanOrEqual(MOST_EXPOSURE);
  });

  it('runs the server of the package under node itself', () => {
    expect(setting(unit, 'ExecStart')).toBe('/usr/bin/node /opt/tickchat/bin/tickchat.js serve');
    expect(setting(unit, 'Restart')).toBe('on-failure');
  });

  it('gives the server longer to stop than the server gives its clients', () => {
    const drainMs = parseDuration(SERVE_OPTIONS.drainTimeout.default ?? '');
    expect(drainMs).toBeGreaterThan(0);
    expect(Number(setting(unit, 'TimeoutStopSec')) * 1000).toBeGreaterThan(drainMs ?? Infinity);
  });

  it('allows more open files than the server admits clients', () => {
    const clients = Number(SERVE_OPTIONS.maxClients.default);
    expect(Number(setting(unit, 'LimitNOFILE'))).toBeGreaterThan(clients + 1000);
  });

  it('lets V8 compile', () => {
    expect(setting(unit, 'MemoryDenyWriteExecute')).toBe('no');
  });
});
