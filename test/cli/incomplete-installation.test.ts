import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';

describe('tickchat in a clone that is not complete', () => {
  let clone: string;

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'tickchat-clone-'));
    for (const path of ['bin', 'package.json', 'tools/prepare.js']) {
      cpSync(join(ROOT, path), join(clone, path), { recursive: true });
    }
  });
  afterEach(() => rmSync(clone, { recursive: true }));

  function node(...args: string[]) {
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: clone, encoding: 'utf8' });
    return { status, stderr };
  }

  it('says what to run when it is not built', () => {
    expect(node('bin/tickchat.js', 'serve')).toEqual({
      status: 1,
      stderr: 'tickchat: not built; run: npm ci --include=dev && npm run build\n',
    });
  });

  it('says what to run when a package is missing', () => {
    cpSync(join(ROOT, 'dist/cli'), join(clone, 'dist/cli'), { recursive: true });
    expect(node('bin/tickchat.js', 'serve')).toEqual({
      status: 1,
      stderr: 'tickchat: a package is missing (commander); run: npm ci\n',
    });
  });

  it('is installed without a compiler, and says so', () => {
    mkdirSync(join(clone, 'node_modules'));
    expect(node('tools/prepare.js')).toEqual({
      status: 0,
      stderr: 'tickchat: not built; run: npm ci --include=dev && npm run build\n',
    });
  });
});
