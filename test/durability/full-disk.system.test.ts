import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startObservedServer, type ObservedServer } from '../support/observed-server.js';
import { mountTmpfs } from '../support/tmpfs.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';
import { answers, moreTicks } from './fault-client.js';

const TEXT = 'x'.repeat(4000);

describe('a full disk', () => {
  it('fails senders with lines and counters, not the clock; service returns with the space', async () => {
    const disk = mountTmpfs('4m');
    let server: ObservedServer | undefined;
    try {
      const ballast = join(disk.path, 'ballast');
      writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
      const data = join(disk.path, 'data');
      const args = ['--data-dir', data, '--rate', '0', '--tick', '50ms', '--history', '100000'];
      server = await startObservedServer(args);
      const running = server;
      const client = await V1Client.join(server.port, { name: 'ann' });
      const { epoch } = (await client.hello()).log;

      let sent = 0;
      while (client.all('fail').length === 0 && sent < 5000) {
        client.send('msg', { id: `i${sent++}`, text: `${sent} ${TEXT}` });
        await client.inbox.until('an answer', () => answers(client) === sent);
      }
      expect(client.all('fail')[0]).toMatchObject({ code: 'unavailable', id: `i${sent - 1}` });
      expect(client.all('fail')[0]?.retryAfterMs).toBeGreaterThan(0);
      const receipted = client.all('msg').map(({ seq, text }) => [seq, text.split(' ')[0]]);
      expect(receipted).toHaveLength(sent - 1);

      await moreTicks(client, 5);
      const line = 'a message could not be appended';
      await until(line, () => running.causes(line).length > 0);
      expect(running.causes(line)[0]).toContain('no space is left on the disk');
      expect(await running.metric('tickchat_append_failures_total')).toBeGreaterThan(0);

      rmSync(ballast);
      for (let tries = 0; client.all('msg').length < sent && tries < 100; tries++) {
        const answered = answers(client);
        client.send('msg', { id: `i${sent - 1}`, text: `${sent} ${TEXT}` });
        await client.inbox.until('an answer', () => answers(client) > answered);
      }
      expect(client.all('msg').at(-1)?.seq).toBe(sent);

      const reader = await V1Client.join(server.port, { after: { epoch, seq: 0 } });
      expect((await reader.hello()).recovered).toBe(true);
      const kept = reader.all('msg').map(({ seq, text }) => [seq, text.split(' ')[0]]);
      expect(kept).toEqual([...receipted, [sent, `${sent}`]]);
    } finally {
      await server?.stop();
      disk.unmount();
    }
  }, 60_000);
});
