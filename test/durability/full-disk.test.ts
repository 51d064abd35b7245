import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startDaemon } from '../support/daemon.js';
import { mountTmpfs } from '../support/tmpfs.js';
import { V1Client } from '../support/v1-client.js';

const TEXT = 'x'.repeat(4000);

describe('a full disk', () => {
  it('fails senders, not the clock; service returns with the space; nothing receipted is lost', async () => {
    const disk = mountTmpfs('4m');
    try {
      const ballast = join(disk.path, 'ballast');
      writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
      const data = join(disk.path, 'data');
      const args = ['--data-dir', data, '--rate', '0', '--tick', '50ms', '--history', '100000'];
      const daemon = await startDaemon(args);
      const client = await V1Client.join(daemon.port, { name: 'ann' });
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

      const ticks = () => client.inbox.items.filter(({ verb }) => verb === 'tick').length;
      const before = ticks();
      await client.inbox.until('ticks', () => ticks() >= before + 5);

      rmSync(ballast);
      for (let tries = 0; client.all('msg').length < sent && tries < 100; tries++) {
        const answered = answers(client);
        client.send('msg', { id: `i${sent - 1}`, text: `${sent} ${TEXT}` });
        await client.inbox.until('an answer', () => answers(client) > answered);
      }
      expect(client.all('msg').at(-1)?.seq).toBe(sent);

      const reader = await V1Client.join(daemon.port, { after: { epoch, seq: 0 } });
      expect((await reader.hello()).recovered).toBe(true);
      const kept = reader.all('msg').map(({ seq, text }) => [seq, text.split(' ')[0]]);
      expect(kept).toEqual([...receipted, [sent, `${sent}`]]);
      await daemon.stop();
    } finally {
      disk.unmount();
    }
  }, 60_000);
});

function answers(client: V1Client): number {
  return client.all('msg').length + client.all('fail').length;
}
