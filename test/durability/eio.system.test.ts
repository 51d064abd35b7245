import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { Inbox } from '../support/inbox.js';
import { failingDisk, type FailingDisk } from '../support/failing-disk.js';
import { isRunning, logProcessOf } from '../support/log-process-of.js';
import { startObservedServer, type ObservedServer } from '../support/observed-server.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';
import { moreTicks, sendUntilLogged, trySend } from './fault-client.js';

/** System calls that LMDB and opening a log make durable with. */
const CALLS = 'fdatasync,fsync,msync';

/**
 * Injects a fault into the {@link CALLS} of a server, its log process and every process that
 * replaces that; the result ends it.
 */
async function inject(server: ObservedServer, fault: string): Promise<() => Promise<void>> {
  const pid = server.process.pid ?? 0;
  const args = [
    '-f',
    '-p',
    `${pid},${logProcessOf(pid)}`,
    '-e',
    `trace=${CALLS}`,
    '-e',
    `inject=${CALLS}:${fault}`,
  ];
  const strace = spawn('strace', [...args, '-o', '/dev/null'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output = new Inbox<string>();
  strace.stderr.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  const closed = once(strace, 'close');
  await output.until('strace is attached', (all) =>
    [pid, logProcessOf(pid)].every((one) => all.join('').includes(`Process ${one} attached`)),
  );
  return async () => {
    strace.kill('SIGINT');
    await closed;
  };
}

/** The code with which a joining client is closed; undefined if it could join. */
async function codeOfJoin(port: number): Promise<number | undefined> {
  const joiner = await V1Client.connect(port);
  joiner.send('join', {});
  const code = await Promise.race([
    joiner.closed.then((closed) => closed.code),
    joiner.hello().then(() => undefined),
  ]);
  joiner.ws.terminate();
  return code;
}

/** A client that counts what it gets, and keeps nothing of it. */
class Counter {
  readonly ws: WebSocket;
  ticks = 0;
  /** Number of messages whose seqs came one after another. */
  messages = 0;
  #joined = false;

  private constructor(port: number) {
    this.ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'tickchat.v1');
    this.ws.on('message', (data: Buffer) => {
      if (data[0] === TICK) this.ticks += 1;
      else if (data.includes('hello:')) this.#joined = true;
      else if (data.includes(`msg:{"seq":${this.messages + 1},`)) this.messages += 1;
    });
  }

  /** Resolves when the server has answered: a flood would overtake the replay. */
  static async join(port: number): Promise<Counter> {
    const counter = new Counter(port);
    await once(counter.ws, 'open');
    counter.ws.send('join:{}');
    await until('the hello', () => counter.#joined);
    return counter;
  }

  send(id: string, text: string): void {
    this.ws.send(`msg:${JSON.stringify({ id, text })}`);
  }
}

const TICK = 't'.charCodeAt(0);

describe('a faulty disk', () => {
  let root: string;
  let directory: string;
  let disk: FailingDisk;
  let server: ObservedServer;
  let client: V1Client;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'tickchat-eio-'));
    directory = join(root, 'data');
    disk = failingDisk(root);
    const args = [
      '--data-dir',
      directory,
      '--tick',
      '50ms',
      '--rate',
      '0',
      '--max-pending',
      '1mb',
      '--drain-timeout',
      '2s',
    ];
    server = await startObservedServer(args, disk.variables);
    client = await V1Client.join(server.port, { name: 'ann' });
  }, 30_000);

  afterEach(async () => {
    await server.stop();
    rmSync(root, { recursive: true });
  }, 30_000);

  it('that reports EIO fails senders and joiners with lines and counters; service returns', async () => {
    const { epoch } = (await client.hello()).log;
    expect(await sendUntilLogged(client, 'before')).toBe(1);

    const restore = await inject(server, 'error=EIO');
    await until('sending fails', async () => (await trySend(client, 'meanwhile')) === undefined);
    expect(client.all('fail').at(-1)?.code).toMatch(/^(unavailable|unknown)$/);
    await until('joining fails', async () => (await codeOfJoin(server.port)) === 1001);
    await moreTicks(client, 5);

    const counters = [
      'tickchat_append_failures_total',
      'tickchat_history_failures_total',
      'tickchat_timeline_failures_total',
    ];
    for (const name of counters) {
      await until(name, async () => (await server.metric(name)) > 0);
    }
    const lines = [
      'a message could not be appended',
      'history could not be read',
      'the timeline could not be saved; ticks go on',
    ];
    for (const line of lines) {
      await until(line, () => server.causes(line).length > 0);
      expect(server.causes(line).join('\n')).toMatch(/input\/output error/i);
    }

    await restore();
    expect(await sendUntilLogged(client, 'meanwhile')).toBe(2);
    expect(await sendUntilLogged(client, 'after')).toBe(3);
    const reader = await V1Client.join(server.port, { after: { epoch, seq: 1 } });
    expect((await reader.hello()).recovered).toBe(true);
    expect(reader.all('msg').map(({ text }) => text)).toEqual(['meanwhile', 'after']);
    expect(await server.metric('tickchat_log_epoch_changes_total')).toBe(0);
  }, 60_000);

  it('that is slow slows its senders; memory is bounded, ticks go on, nothing is lost', async () => {
    const senders = await Promise.all(Array.from({ length: 10 }, () => Counter.join(server.port)));
    const [watcher] = senders;
    const text = 'x'.repeat(2000);
    const [warm, each] = [200, 2000];
    const send = (from: number, to: number): void => {
      for (let i = from; i < to; i += 1) {
        for (const sender of senders) sender.send(`${i}`, text);
      }
    };
    send(0, warm); // so that only the slow disk makes a difference
    await until('it is warm', () => watcher?.messages === senders.length * warm);
    const before = await server.metric('process_resident_memory_bytes');
    const restore = await inject(server, 'delay_enter=400000');
    send(warm, each); // 36 MB, of which a megabyte may wait in the server
    const answer = async () => {
      const url = `${server.url}api/rooms/other/messages`;
      const { status, headers } = await fetch(url, { method: 'POST', body: 'hello' });
      return [status, headers.get('retry-after')];
    };
    await until('requests are refused', async () => (await answer())[0] === 503);
    let most = 0;
    for (let i = 0; i < 20; i += 1) {
      const ticks = watcher?.ticks ?? 0;
      await until('ticks go on', () => (watcher?.ticks ?? 0) >= ticks + 3);
      most = Math.max(most, await server.metric('process_resident_memory_bytes'));
    }
    expect(await answer()).toEqual([503, '1']);
    expect((most - before) / 1024 ** 2).toBeLessThan(1 + 32);
    await restore();
    const all = senders.length * each;
    await until('all was logged', () => watcher?.messages === all, 60_000);
    for (const sender of senders) sender.ws.terminate();
  }, 120_000);

  it('that stalls is reported while ticks go on; what was sent is logged after it', async () => {
    const restore = await inject(server, 'delay_enter=8000000');
    client.send('msg', { id: 'slow', text: 'slow' });
    await until('the stall is counted', async () => {
      return (await server.metric('tickchat_log_stalls_total')) === 1;
    });
    expect(server.causes('the log does not answer')).toEqual(['no answer for 5000 ms']);
    await moreTicks(client, 5);
    await restore();
    await client.untilMessages(1);
    expect(client.all('msg').map(({ text }) => text)).toEqual(['slow']);
  }, 60_000);

  it('that hangs gives joiners an answer, and does not hold up a stop', async () => {
    const { epoch } = (await client.hello()).log;
    expect(await sendUntilLogged(client, 'before')).toBe(1);
    disk.hang();
    client.send('msg', { id: 'lost', text: 'lost' });
    expect(await codeOfJoin(server.port)).toBe(1001);
    expect(server.causes('history could not be read')).toEqual([
      'the history: no answer within 5000 ms',
    ]);
    await moreTicks(client, 5);
    const logProcess = logProcessOf(server.process.pid ?? 0) ?? 0;
    server.process.kill('SIGTERM');
    await server.untilLine('the message log did not close: the disk does not answer');
    expect((await server.exited).signal).toBe('SIGKILL');
    await until('the log process was killed too', () => !isRunning(logProcess));
    disk.recover();
    server = await startObservedServer(['--data-dir', directory]);
    const reader = await V1Client.join(server.port, { after: { epoch, seq: 0 } });
    expect((await reader.hello()).recovered).toBe(true);
    expect(reader.all('msg')[0]?.text).toBe('before');
  }, 60_000);
});
