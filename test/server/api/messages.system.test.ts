import { readdirSync } from 'node:fs';
import { describe, it } from '@jest/globals';
import { startDaemon } from '../../support/daemon.js';
import { RawClient, request } from '../../support/raw-client.js';
import { until } from '../../support/until.js';

describe('the messages of a room over HTTP', () => {
  it('are not kept for somebody who asks for much and reads nothing', async () => {
    const daemon = await startDaemon(['--max-message', '1mb', '--max-queue', '2mb', '--rate', '0']);
    const url = `${daemon.url}api/rooms/lobby/messages`;
    const body = '\u0001'.repeat(1024 * 1024); // six bytes each in JSON
    await fetch(url, { method: 'POST', headers: { Connection: 'close' }, body });
    const open = () => readdirSync(`/proc/${daemon.process.pid}/fd`).length;
    const before = open();
    const client = new RawClient(daemon.port);
    client.socket.pause();
    const asks = request('GET', '/api/rooms/lobby/messages', { Host: 'localhost' });
    client.send(asks.repeat(8)); // far more than the kernel holds for somebody
    await until('it was let in', () => open() > before);
    await until('it was cut', () => open() <= before, 40_000);
    client.socket.destroy();
    await daemon.stop();
  }, 60_000);
});
