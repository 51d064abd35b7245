import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startDaemon } from '../support/daemon.js';
import { EventClient } from '../support/event-client.js';
import { startObservedServer, type ObservedServer } from '../support/observed-server.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';
import { moreTicks, sendUntilLogged, trySend } from './fault-client.js';

describe('a data directory that is removed under a running server', () => {
  let root: string;
  let directory: string;
  let args: string[];
  let server: ObservedServer;
  let client: V1Client;
  let epoch: string;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'tickchat-removed-'));
    directory = join(root, 'data');
    args = ['--data-dir', directory, '--tick', '50ms', '--rate', '0'];
    server = await startObservedServer(args);
    client = await V1Client.join(server.port, { name: 'ann' });
    epoch = (await client.hello()).log.epoch;
    for (const id of ['one', 'two', 'three']) await sendUntilLogged(client, id);
  }, 30_000);

  afterEach(async () => {
    await server.stop();
    rmSync(root, { recursive: true });
  }, 30_000);

  /** Resolves when the server has noticed and said that the log is gone. */
  const untilNoticed = async (): Promise<void> => {
    await until('sending fails', async () => (await trySend(client, 'meanwhile')) === undefined);
    await moreTicks(client, 5);
    for (const name of ['tickchat_append_failures_total', 'tickchat_timeline_failures_total']) {
      await until(name, async () => (await server.metric(name)) > 0);
    }
    const line = 'a message could not be appended';
    await until(line, () => server.causes(line).length > 0);
    expect(server.causes(line)[0]).toContain(`${join(directory, 'log.mdb')} was removed`);
  };

  it('is used again when it is put back; nothing was lost and no client is disconnected', async () => {
    renameSync(directory, `${directory}.away`);
    await untilNoticed();
    renameSync(`${directory}.away`, directory);
    const seq = await sendUntilLogged(client, 'meanwhile');
    const reader = await V1Client.join(server.port, { after: { epoch, seq: 1 } });
    const hello = await reader.hello();
    expect([hello.log.epoch, hello.recovered]).toEqual([epoch, true]);
    expect(reader.all('msg').map((message) => message.seq)).toEqual(
      Array.from({ length: seq - 1 }, (_, i) => i + 2),
    );
    expect(client.ws.readyState).toBe(client.ws.OPEN);
    expect(await server.metric('tickchat_log_epoch_changes_total')).toBe(0);
  }, 60_000);

  it('is made again after 10 s, in another epoch: every client joins again, told of the gap', async () => {
    const events = await EventClient.open(server.port, '/api/rooms/lobby/events');
    rmSync(directory, { recursive: true });
    await untilNoticed();
    expect((await client.closed).code).toBe(1001);
    await events.closed;
    expect(await server.metric('tickchat_log_epoch_changes_total')).toBe(1);
    const line = 'history was lost: another epoch of the log begins, and every client joins again';
    expect(server.causes(line)).toEqual([
      `the log in ${directory} was replaced by another log or an older copy`,
    ]);

    const again = await V1Client.join(server.port, { after: { epoch, seq: 3 } });
    const hello = await again.hello();
    expect(hello).toMatchObject({ recovered: false, log: { seq: 0 } });
    expect(hello.log.epoch).not.toBe(epoch);
    expect(await sendUntilLogged(again, 'after')).toBe(1);
    const reader = await EventClient.open(server.port, '/api/rooms/lobby/events');
    const message = await reader.next('msg');
    expect(message.id).toBe(`${hello.log.epoch}:1`);

    await server.stop();
    expect(existsSync(directory)).toBe(true);
    const restarted = await startDaemon(args);
    const after = { epoch: hello.log.epoch, seq: 0 };
    const kept = await V1Client.join(restarted.port, { after });
    expect((await kept.hello()).recovered).toBe(true);
    expect(kept.all('msg').map(({ text }) => text)).toEqual(['after']);
    await restarted.stop();
  }, 60_000);
});
