import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { startDaemon } from '../support/daemon.js';
import { runTickchat } from '../support/run-tickchat.js';

/** NODE_OPTIONS that run this code before `tickchat`. */
function before(code: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** Makes listen() fail, like a Node that has removed an API. */
const BROKEN_LISTEN = before(`
  import { Server } from 'node:net';
  Server.prototype.listen = () => { throw new TypeError('The "path" argument is\\n undefined'); };
`);

const BROKEN_DATE = before(`Date.now = () => { throw new Error('no time'); };`);

describe('an unexpected error', () => {
  it('at the start of the server says what failed, in one line', async () => {
    const { code, stdout, stderr } = await runTickchat(['-p', '0'], tmpdir(), BROKEN_LISTEN);
    const line = 'tickchat: could not start the server: The "path" argument is undefined\n';
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: line });
  });

  it.each([
    ['--log-level debug', ['--log-level', 'debug'], {}],
    ['--log-level=trace', ['--log-level=trace'], {}],
    ['TICKCHAT_LOG_LEVEL=debug', [], { TICKCHAT_LOG_LEVEL: 'debug' }],
  ])('has its stack on standard error with %s', async (_, flags, variables) => {
    const args = ['serve', '-p', '0', ...flags];
    const run = await runTickchat(args, tmpdir(), { ...BROKEN_LISTEN, ...variables });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^tickchat: could not start the server: The "path"/);
    expect(run.stderr).toMatch(/\n\s+at /);
  });

  it('has no stack if the flag overrides the environment', async () => {
    const args = ['serve', '-p', '0', '--log-level', 'info'];
    const variables = { ...BROKEN_LISTEN, TICKCHAT_LOG_LEVEL: 'debug' };
    const { stderr } = await runTickchat(args, tmpdir(), variables);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('of another command names the command', async () => {
    const args = ['token', '--secret-file', 'package.json', '--name', 'ann'];
    const { code, stderr } = await runTickchat(args, tmpdir(), BROKEN_DATE);
    expect([code, stderr]).toEqual([1, 'tickchat: token failed: no time\n']);
  });

  it('that is expected stays one line at level debug', async () => {
    const args = ['serve', '--tick', 'soon', '--log-level', 'debug'];
    const { code, stderr } = await runTickchat(args, tmpdir());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^tickchat: --tick "soon": takes [^\n]*\n$/);
  });
});

describe('a server with an unexpected error', () => {
  it.each([
    ['an exception', `throw new Error('broken')`, 'uncaughtException'],
    ['a rejection', `void Promise.reject(new Error('broken'))`, 'unhandledRejection'],
  ])('logs %s in one fatal line and exits 1', async (_, failure, origin) => {
    const daemon = await startDaemon([], before(`process.on('SIGUSR2', () => { ${failure}; });`));
    daemon.process.kill('SIGUSR2');
    const { code, stderr } = await daemon.exited;
    expect([code, stderr]).toEqual([1, '']);
    const fatal = daemon.logLines().filter((line) => line.includes('"level":60'));
    expect(fatal).toHaveLength(1);
    expect(JSON.parse(fatal[0] ?? '')).toMatchObject({
      msg: 'unexpected error, tickchat ends: broken',
      origin,
      err: { type: 'Error', message: 'broken', stack: expect.stringContaining('at ') },
    });
  });

  it.each([
    ['pretty', ['--log-format', 'pretty'], 'stdout'],
    ['silent', ['--log-level', 'silent'], 'stderr'],
  ] as const)('says it with %s logs too', async (_, flags, stream) => {
    const args = ['serve', '-p', '0', '--host', '127.0.0.1', ...flags];
    const variables = before(`
      const timer = setInterval(() => {
        if (!process.getActiveResourcesInfo().includes('TCPServerWrap')) return;
        clearInterval(timer);
        throw new Error('broken');
      }, 1);
    `);
    const run = await runTickchat(args, tmpdir(), variables);
    expect(run.code).toBe(1);
    expect(run[stream]).toContain('unexpected error, tickchat ends: broken');
  });
});
