import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unitFor } from '../../src/cli/unit-paths.js';
import { parseDuration } from '../../src/server/config/parse.js';
import { SERVE_OPTIONS } from '../../src/server/config/options.js';
import { ROOT } from '../support/root.js';

/** The units, and the highest exposure, of 10, that `systemd-analyze security` may find. */
const UNITS = [
  { file: 'tickchat.service', mostExposure: 1.4 },
  { file: 'socket-activated/tickchat.service', mostExposure: 1 },
];

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

describe.each(UNITS)('deploy/$file', ({ file, mostExposure }) => {
  let folder = '';
  let unit = '';
  let installed = '';

  beforeAll(async () => {
    unit = await readFile(join(ROOT, 'deploy', file), 'utf8');
    folder = await mkdtemp(join(tmpdir(), 'tickchat-unit-'));
    installed = join(folder, 'tickchat.service');
    // As it would be if this checkout were installed: verify wants an ExecStart that exists.
    const here = { node: process.execPath, package: ROOT.replace(/\/$/, '') };
    await writeFile(installed, unitFor(unit, here));
    const socket = await readFile(join(ROOT, 'deploy/socket-activated/tickchat.socket'), 'utf8');
    await writeFile(join(folder, 'tickchat.socket'), unitFor(socket, here));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('passes systemd-analyze verify without a word', () => {
    const socket = join(folder, 'tickchat.socket');
    expect(analyze('verify', installed, socket)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('would not pass with a setting that systemd does not know', async () => {
    const wrong = join(folder, 'wrong.service');
    await writeFile(wrong, unit.replace('[Service]', '[Service]\nProtectEverything=yes'));
    expect(analyze('verify', wrong).stderr).toContain('ProtectEverything');
  });

  it(`is exposed no more than ${mostExposure} of 10`, () => {
    const { stdout, stderr } = analyze('security', '--offline=yes', installed);
    const score = /Overall exposure level for \S+: (\d+\.\d+) /.exec(stdout)?.[1];
    expect(stderr).toBe('');
    expect(score).toBeDefined();
    expect(Number(score)).toBeLessThanOrEqual(mostExposure);
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

  it('lets the server tell how it is doing, and asks for it', () => {
    expect(setting(unit, 'Type')).toBe('notify');
    expect(setting(unit, 'NotifyAccess')).toBe('all');
    expect(Number(setting(unit, 'WatchdogSec'))).toBeGreaterThan(10);
    expect(setting(unit, 'ExecReload')).toBe('/bin/kill -HUP $MAINPID');
  });

  it('lets V8 compile', () => {
    expect(setting(unit, 'MemoryDenyWriteExecute')).toBe('no');
  });
});

describe('the two services', () => {
  it('differ in the network alone', async () => {
    const [own, activated] = await Promise.all(
      UNITS.map(async ({ file }) => {
        const text = await readFile(join(ROOT, 'deploy', file), 'utf8');
        return text.split('\n').filter((line) => /^[A-Z]/.test(line));
      }),
    );
    expect(own?.filter((line) => activated?.includes(line) === false)).toEqual([
      'Wants=network-online.target time-sync.target',
      'After=network-online.target time-sync.target',
      'RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX',
    ]);
    expect(activated?.filter((line) => own?.includes(line) === false)).toEqual([
      'Requires=tickchat.socket',
      'Wants=time-sync.target',
      'After=tickchat.socket time-sync.target',
      'PrivateNetwork=yes',
      'RestrictAddressFamilies=AF_UNIX',
      'Also=tickchat.socket',
    ]);
  });
});
