import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Inbox } from '../support/inbox.js';
import { ROOT } from '../support/root.js';
import { SECRET } from '../support/tokens.js';
import { until } from '../support/until.js';

const SERVE = `${process.execPath} ${join(ROOT, 'bin/tickchat.js')} serve --host 127.0.0.1 --port 0`;

/** Starts the server as systemd does, with `fd` as descriptor 3, and waits for its end. */
async function startWith(fd: number | 'ignore', count: string) {
  const child = spawn('sh', ['-c', `LISTEN_PID=$$ LISTEN_FDS=${count} exec ${SERVE}`], {
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe', fd],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, stderr };
}

describe('a socket passed by systemd', () => {
  it('is rejected with one line and status 2 when there are two', async () => {
    expect(await startWith('ignore', '2')).toEqual({
      code: 2,
      stderr: 'tickchat: LISTEN_FDS=2: takes 1, a socket unit with one ListenStream=\n',
    });
  });

  it('is rejected with one line and status 1 when it is a file', async () => {
    const fd = openSync('/etc/hostname', 'r');
    const { code, stderr } = await startWith(fd, '1');
    closeSync(fd);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tickchat: the socket passed by systemd: .*; takes one TCP socket.*\n$/,
    );
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a signal during the start', () => {
  let folder = '';
  let secret = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickchat-start-'));
    secret = join(folder, 'secret');
    execFileSync('mkfifo', [secret]);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Starts a server that reads its secret from an empty pipe. */
  async function starting() {
    const child = spawn('sh', ['-c', `exec ${SERVE} --auth-secret-file ${secret}`], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = new Inbox<string>();
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const exited = once(child, 'exit');
    const pipe = await openFile(secret, 'w'); // resolves when the server has opened it too
    return { child, output, exited, pipe };
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('ends the process with status 0: %s', async (signal) => {
    const { child, exited, pipe } = await starting();
    child.kill(signal);
    await pipe.close(); // Node's exit waits for a read that has begun
    expect(await exited).toEqual([0, null]);
  });

  it('does nothing when it is SIGHUP', async () => {
    const { child, output, exited, pipe } = await starting();
    child.kill('SIGHUP');
    await pipe.writeFile(SECRET);
    await pipe.close();
    await output.until('the start', (all) => all.join('').includes('listening on port'));
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});

describe('SIGHUP', () => {
  it('stops a server that was started in a terminal', async () => {
    // script(1) gives it a terminal.
    const terminal = spawn('script', ['-qec', `echo pid $$; exec ${SERVE}`, '/dev/null'], {
      cwd: tmpdir(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const output = new Inbox<string>();
    terminal.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    await output.until('the start', (all) => all.join('').includes('Ctrl+C stops it'));
    const pid = Number(/pid (\d+)/.exec(output.items.join(''))?.[1]);
    expect(pid).toBeGreaterThan(1);
    process.kill(pid, 'SIGHUP');
    await output.until('the end', (all) => all.join('').includes('stopped'));
    await until('it is gone', () => !isRunning(pid));
    terminal.kill('SIGKILL');
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
