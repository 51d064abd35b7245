import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { isRunning, logProcessOf } from '../support/log-process-of.js';
import { startObservedServer, type ObservedServer } from '../support/observed-server.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';
import { moreTicks, sendUntilLogged, trySend } from './fault-client.js';

const LINE = 'the log process has ended and is replaced';

describe('a log process that is killed', () => {
  let directory: string;
  let server: ObservedServer;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tickchat-process-'));
    server = await startObservedServer(['--data-dir', directory, '--tick', '50ms', '--rate', '0']);
  }, 30_000);

  afterEach(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  }, 30_000);

  const killLogProcess = async (times: number): Promise<void> => {
    process.kill(logProcessOf(server.process.pid ?? 0) ?? 0, 'SIGKILL');
    await until('the restart is counted', async () => {
      return (await server.metric('tickchat_log_restarts_total')) === times;
    });
  };

  it('is counted, logged with its cause and replaced; ticks and the epoch go on', async () => {
    const client = await V1Client.join(server.port, { name: 'ann' });
    const { epoch } = (await client.hello()).log;
    expect(await sendUntilLogged(client, 'before')).toBe(1);

    await killLogProcess(1);
    await moreTicks(client, 5);
    expect(server.causes(LINE)).toEqual(['signal SIGKILL']);
    expect(await sendUntilLogged(client, 'after')).toBe(2);

    const reader = await V1Client.join(server.port, { after: { epoch, seq: 1 } });
    const hello = await reader.hello();
    expect([hello.log.epoch, hello.recovered]).toEqual([epoch, true]);
    expect(reader.all('msg').map(({ text }) => text)).toEqual(['after']);
    expect(client.ws.readyState).toBe(client.ws.OPEN);
  }, 60_000);

  it('is replaced as soon as there are descriptors for another', async () => {
    const client = await V1Client.join(server.port, { name: 'ann' });
    const pid = server.process.pid ?? 0;
    const allow = (count: number): void => {
      execFileSync('prlimit', ['--pid', String(pid), `--nofile=${count}:`]);
    };
    allow(10); // fewer than are open
    process.kill(logProcessOf(pid) ?? 0, 'SIGKILL');
    await until('it can not be started', async () => {
      await trySend(client, 'one');
      return server.causes(LINE).some((cause) => cause.includes('EMFILE'));
    });
    await moreTicks(client, 5);
    allow(1000);
    expect(await sendUntilLogged(client, 'one')).toBe(1);
  }, 60_000);

  it('loses and repeats no message, killed at any point', async () => {
    const client = await V1Client.join(server.port, { name: 'ann' });
    const { epoch } = (await client.hello()).log;
    const ids: string[] = [];
    for (let round = 1; round <= 3; round += 1) {
      const burst = Array.from({ length: 300 }, (_, i) => `${round}-${i}`);
      for (const id of burst) client.send('msg', { id, text: id });
      await client.untilMessages(ids.length + 1); // in the middle of them
      await killLogProcess(round);
      const logged = (): Set<string> => new Set(client.all('msg').map(({ id }) => id));
      await until('all have an answer', () => {
        const failed = new Set(client.all('fail').map(({ id }) => id));
        return burst.every((id) => logged().has(id) || failed.has(id));
      });
      for (const id of burst) if (!logged().has(id)) await sendUntilLogged(client, id);
      ids.push(...burst);
    }
    const reader = await V1Client.join(server.port, { after: { epoch, seq: 0 } });
    const kept = reader.all('msg');
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, i) => i + 1));
    expect(kept.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  }, 120_000);
});

describe('the log process', () => {
  let directory: string;
  let args: string[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tickchat-process-'));
    args = ['--data-dir', directory, '--tick', '50ms', '--rate', '0'];
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const logProcess = ({ process: { pid = 0 } }: Daemon): number => {
    const found = logProcessOf(pid);
    if (found === undefined) throw new Error('there is no log process');
    return found;
  };

  it('ends with a server that is killed, and the next server starts at once', async () => {
    for (let round = 0; round < 3; round += 1) {
      const killed = await startDaemon(args);
      const pid = logProcess(killed);
      const client = await V1Client.join(killed.port, { name: 'ann' });
      for (let i = 0; i < 300; i += 1) client.send('msg', { id: `${round}-${i}`, text: 'x' });
      await client.untilMessages(1); // in the middle of them
      killed.process.kill('SIGKILL');
      const next = await startDaemon(args);
      const nextPid = logProcess(next);
      await until('the old log process is gone', () => !isRunning(pid));
      await next.stop();
      expect(isRunning(nextPid)).toBe(false);
    }
  }, 60_000);

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'goes on until the server has stopped when both get %s',
    async (signal) => {
      const server = await startDaemon(args, {}, ['setsid']);
      const pid = logProcess(server);
      const client = await V1Client.join(server.port, { name: 'ann' });
      expect(await sendUntilLogged(client, 'one')).toBe(1);
      client.send('msg', { id: 'two', text: 'two' });
      process.kill(-(server.process.pid ?? 0), signal);
      expect(await server.exited).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(isRunning(pid)).toBe(false);
      const faults = server.logLines().filter((line) => Number(levelOf(line)) >= 40);
      expect(faults).toEqual([]);
    },
    30_000,
  );

  it('has no inspector beside that of the server', async () => {
    const server = await startDaemon(args, { NODE_OPTIONS: '--inspect=127.0.0.1:0' });
    const { stderr } = await server.stop();
    expect(stderr.match(/Debugger listening/g)).toHaveLength(1);
    expect(server.logLines().join('\n')).not.toContain('Debugger listening');
  }, 30_000);
});

function levelOf(line: string): unknown {
  return (JSON.parse(line) as { readonly level?: unknown }).level;
}
