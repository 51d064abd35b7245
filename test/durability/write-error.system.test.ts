import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { connect, type Message } from '../../src/client/index.js';
import { failingDisk, type FailingDisk } from '../support/failing-disk.js';
import { startObservedServer, type ObservedServer } from '../support/observed-server.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

const ENDED = 'the log process has ended and is replaced';
const SENDERS = 8;

describe('a disk that fails writes', () => {
  let directory: string;
  let disk: FailingDisk;
  let server: ObservedServer;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tickchat-write-'));
    disk = failingDisk(directory);
    const args = ['--data-dir', join(directory, 'data'), '--tick', '200ms', '--rate', '0'];
    server = await startObservedServer([...args, '--history', '100000'], disk.variables);
  }, 30_000);

  afterEach(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  }, 30_000);

  it('ends the log process, but not the server; nothing receipted is lost or repeated', async () => {
    const watcher = await V1Client.join(server.port, { name: 'watcher' });
    const { epoch } = (await watcher.hello()).log;
    const receipts: Message[] = [];
    const over = new AbortController();
    const senders = Array.from({ length: SENDERS }, () => connect(server.url, { WebSocket }));
    const sending = senders.map(async (client, i) => {
      for (let n = 0; !over.signal.aborted; n += 1) receipts.push(await client.send(`${i}:${n}`));
    });
    await until('messages are logged', () => receipts.length >= 200);

    disk.fail();
    let probes = 0;
    await until('the log process was replaced repeatedly', async () => {
      watcher.send('msg', { id: `probe ${(probes += 1)}`, text: 'probe' });
      return (await server.metric('tickchat_log_restarts_total')) >= 4;
    });
    expect(watcher.all('fail').length).toBeGreaterThan(0);
    for (const { code } of watcher.all('fail')) expect(code).toMatch(/^(unavailable|unknown)$/);
    expect(server.causes(ENDED).join('\n')).toMatch(/input\/output error/i);
    expect(server.causes('the log process wrote a message').join('\n')).toContain('Write error');

    const before = receipts.length;
    disk.recover();
    await until('messages are logged again', () => receipts.length > before);
    await until('many are logged', () => receipts.length >= before + 200);
    over.abort();
    await Promise.all(sending);
    for (const client of senders) client.close();

    expect(await server.metric('tickchat_log_epoch_changes_total')).toBe(0);
    expect(lostTicks(watcher)).toBe(0);
    const reader = await V1Client.join(server.port, { after: { epoch, seq: 0 } });
    expect((await reader.hello()).recovered).toBe(true);
    const log = reader.all('msg');
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
    const lost = receipts.filter(({ seq, text }) => log[seq - 1]?.text !== text);
    expect(lost).toEqual([]);
    const texts = log.map(({ text }) => text).filter((text) => text !== 'probe');
    expect(new Set(texts).size).toBe(texts.length);
    const ids = log.map(({ id, from }) => `${from.id} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect((await server.stop()).stderr).toBe('');
  }, 60_000);
});

/** Number of ticks that a client should have got and did not. */
function lostTicks(client: V1Client): number {
  const ticks = client.inbox.items.filter(({ verb }) => verb === 'tick');
  const numbers = ticks.map(({ payload }) => Number(payload));
  return (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1 - numbers.length;
}
