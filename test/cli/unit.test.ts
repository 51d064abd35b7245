import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unitFor } from '../../src/cli/unit-paths.js';
import { ROOT } from '../support/root.js';

const run = promisify(execFile);

const BIN = join(ROOT, 'bin/tickchat.js');

async function print(...flags: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [BIN, 'unit', ...flags]);
  return stdout;
}

function deployed(file: string): Promise<string> {
  return readFile(join(ROOT, 'deploy', file), 'utf8');
}

describe('tickchat unit', () => {
  it('prints the unit with the paths of this installation, and nothing else of it changed', async () => {
    const root = ROOT.replace(/\/$/, '');
    const wanted = (await deployed('tickchat.service'))
      .replaceAll('/opt/tickchat', root)
      .replace('/usr/bin/node', process.execPath)
      .replace('Node in /usr/bin ', `Node as ${process.execPath} `);
    expect(await print()).toBe(wanted);
  });

  it('prints the two for socket activation', async () => {
    expect(await print('--activated')).toContain('\nPrivateNetwork=yes\n');
    expect(await print('--activated')).toContain(`\nExecStart=${process.execPath} ${ROOT}`);
    expect(await print('--socket')).toContain('\nListenStream=9876\n');
  });

  it('refuses to print both at once, in one line', async () => {
    const both = run(process.execPath, [BIN, 'unit', '--activated', '--socket']);
    await expect(both).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        "tickchat: --socket: can't be combined with --activated; each prints a separate file\n",
    });
  });
});

describe('the paths in a unit', () => {
  const template =
    'Documentation=file:///opt/tickchat/a\nExecStart=/usr/bin/node /opt/tickchat/b serve\n';

  it.each([
    ['/usr/bin/node', '/opt/tickchat', template],
    [
      '/opt/my node/node',
      '/srv/50%/$x',
      'Documentation=file:///srv/50%%25/$x/a\nExecStart="/opt/my node/node" /srv/50%%/$$x/b serve\n',
    ],
    ['/a"b', '/c\\d', 'Documentation=file:///c%%5Cd/a\nExecStart="/a\\"b" "/c\\\\d/b" serve\n'],
  ])('stay what they are: %s %s', (node, folder, text) => {
    expect(unitFor(template, { node, package: folder })).toBe(text);
  });
});
