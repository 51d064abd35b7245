import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startDaemon } from '../support/daemon.js';
import { PlainClient } from '../support/plain-client.js';
import { ROOT } from '../support/root.js';

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Where {
  readonly cwd?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs `tickchat` to its end. */
async function run(args: readonly string[], { cwd, variables }: Where = {}): Promise<Run> {
  const child = spawn(process.execPath, [join(ROOT, 'bin/tickchat.js'), ...args], {
    cwd: cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'], COLUMNS: '80', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}

async function inFolderWith(env: string, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tickchat-env-'));
  try {
    await writeFile(join(folder, '.env'), env);
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('tickchat serve', () => {
  it('says first where it listens, as a line of JSON, and serves there', async () => {
    const daemon = await startDaemon(['--tick', '50ms']);
    expect(JSON.parse(daemon.logLines()[0] ?? '')).toMatchObject({
      level: 30,
      msg: `listening on port ${daemon.port}`,
      urls: [daemon.url],
      tickMs: 50,
      history: 'the last 1000 messages of each room, until it stops',
    });
    const page = await fetch(daemon.url);
    expect(page.status).toBe(200);
    const client = await PlainClient.connect(daemon.port);
    client.send('hello');
    await client.untilMessages(1);
    await client.untilTicks(2);
    const { code, stderr } = await daemon.stop();
    expect([code, stderr]).toEqual([0, '']);
    expect(await client.closed).toEqual({ code: 1001, reason: 'server is going away' });
    expect(JSON.parse(daemon.logLines().at(-1) ?? '')).toMatchObject({
      msg: expect.stringMatching(/^stopped after \d+ ticks and 1 messages$/),
      accepted: 1,
      messages: 1,
      dropped: 0,
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('exits 0 on %s', async (signal) => {
    const daemon = await startDaemon();
    daemon.process.kill(signal);
    expect(await daemon.exited).toMatchObject({ code: 0, signal: null });
  });

  it('ends at once on a second signal', async () => {
    const daemon = await startDaemon(['--drain-timeout', '10m']);
    const deaf = await PlainClient.connect(daemon.port);
    deaf.ws.pause(); // never answers the close frame
    daemon.process.kill('SIGINT');
    await daemon.untilLine('SIGINT: stopping');
    daemon.process.kill('SIGINT');
    expect(await daemon.exited).toMatchObject({ code: 1 });
    deaf.ws.terminate();
  });

  it('prints a readable start for a person', async () => {
    const child = spawn(
      process.execPath,
      [join(ROOT, 'bin/tickchat.js'), 'serve', '-p', '0', '--log-format', 'pretty'],
      { stdio: ['ignore', 'pipe', 'inherit'], cwd: tmpdir() },
    );
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += String(chunk);
      if (text.includes('Ctrl+C')) child.kill();
    });
    await once(child, 'close');
    expect(text).toMatch(/^tickchat is running on port \d+\n/);
    expect(text).toMatch(/this machine {2}http:\/\/localhost:\d+\/\n/);
    expect(text).toMatch(/tick {10}every 1s\n/);
    expect(text).toMatch(/history {7}the last 1000 messages of each room, until it stops\n/);
  });

  it('takes settings from .env, the environment and flags, the last strongest', async () => {
    await inFolderWith('TICKCHAT_TICK=9ms\nTICKCHAT_RATE=many\n', async (cwd) => {
      const fromFile = await run(['serve'], { cwd });
      expect(fromFile.stderr).toMatch(/^tickchat: TICKCHAT_TICK in \.env "9ms": takes a duration/);
      const fromEnvironment = await run(['serve', '--tick', '1s'], {
        cwd,
        variables: { TICKCHAT_RATE: 'few' },
      });
      expect(fromEnvironment.stderr).toMatch(
        /^tickchat: TICKCHAT_RATE "few": takes a whole number/,
      );
      const fromFlag = await run(['serve', '--tick', '1s', '--rate', 'none'], { cwd });
      expect(fromFlag.stderr).toMatch(/^tickchat: --rate "none": takes a whole number/);
    });
  });

  it('warns of a variable that is none of its settings, and runs', async () => {
    const daemon = await startDaemon([], { TICKCHAT_PROT: '1' });
    await daemon.stop();
    expect(daemon.logLines().join('\n')).toContain('TICKCHAT_PROT is not a setting of tickchat');
  });

  it.each([
    [['serve', '--port', '70000'], 2, '--port "70000": takes a whole number from 0 to 65535'],
    [['serve', '--port'], 2, "option '-p, --port <number>' argument missing"],
    [['serve', '--tck', '1s'], 2, "unknown option '--tck' (Did you mean --tick?)"],
    [['--prot', '1'], 2, "unknown option '--prot' (Did you mean --port?)"],
    [['serve', 'now'], 2, 'serve "now": it takes options only'],
    [['serve', '8080'], 2, 'serve "8080": did you mean --port 8080?'],
    [['8080'], 2, 'serve "8080": did you mean --port 8080?'],
    [['sreve'], 2, "unknown command 'sreve' (Did you mean serve?)"],
    [['send', 'localhost:1', '- a bullet'], 2, "unknown option '- a bullet'; a text that begins"],
    [['serve', '--host', '192.0.2.77'], 1, '--host 192.0.2.77: not an address of this machine'],
    [['serve', '--auth-secret-file', '/nowhere'], 1, "--auth-secret-file /nowhere: can't be read"],
    [['serve', '--publish-token-file', '/'], 1, "--publish-token-file /: can't be read (EISDIR)"],
    [['serve', '--host', 'no.such.host.invalid'], 1, '--host no.such.host.invalid: not an address'],
  ])('%j exits with %d and one line', async (args, code, line) => {
    const result = await run(args);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe('');
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(result.stderr).toContain(`tickchat: ${line}`);
  });

  it('says that a port is busy, in one line, and exits 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const result = await run(['serve', '--host', '127.0.0.1', '--port', String(port)]);
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: `tickchat: --port ${port}: already in use; choose another, or 0 for any free one\n`,
    });
    other.close();
  });

  it('fits its help into 80 columns', async () => {
    const { code, stdout } = await run(['serve', '--help']);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('outlives the reader of its log, and stops on a signal', async () => {
    const daemon = await startDaemon(['--log-level', 'debug', '--tick', '50ms']);
    daemon.process.stdout?.destroy();
    for (let i = 0; i < 20; i++) {
      const client = await PlainClient.connect(daemon.port);
      await client.untilTicks(1);
      client.ws.terminate();
    }
    expect((await daemon.stop()).code).toBe(0);
  });
});
