import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startDaemon } from '../support/daemon.js';
import { openNotifySocket, type NotifySocket } from '../support/notify-socket.js';
import { PlainClient } from '../support/plain-client.js';

describe('a server run by systemd', () => {
  let socket: NotifySocket;

  beforeEach(async () => {
    socket = await openNotifySocket();
  });

  afterEach(() => socket.close());

  function said(assignment: string): Promise<unknown> {
    return socket.messages.until(assignment, (all) => all.some((m) => m.includes(assignment)));
  }

  it('sends READY when it accepts connections, and STOPPING when it stops', async () => {
    const daemon = await startDaemon([], { NOTIFY_SOCKET: socket.path });
    await said('READY=1');
    expect(socket.messages.items[0]?.[1]).toMatch(/^STATUS=0 clients, tick \d+$/);
    const client = await PlainClient.connect(daemon.port);
    expect(await daemon.stop()).toMatchObject({ code: 0, stderr: '' });
    await client.closed;
    expect(socket.messages.items.at(-1)).toEqual([
      'STOPPING=1',
      'STATUS=stopping, 1 client connected',
      'EXTEND_TIMEOUT_USEC=20000000',
    ]);
  });

  it('sends nothing if it fails to start', async () => {
    const variables = { NOTIFY_SOCKET: socket.path, STATE_DIRECTORY: '/dev/null/no' };
    await expect(startDaemon([], variables)).rejects.toThrow('/dev/null/no');
    expect(socket.messages.items).toEqual([]);
  });

  it('sends watchdog pings with the number of clients and the tick', async () => {
    const variables = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '200000' };
    const daemon = await startDaemon(['--tick', '10ms'], variables);
    const client = await PlainClient.connect(daemon.port);
    const signs = await socket.messages.until('keep-alives', (all) => {
      const alive = all.filter((message) => message[0] === 'WATCHDOG=1');
      return alive.length >= 3 && alive.at(-1)?.[1]?.startsWith('STATUS=1 client, tick ') === true;
    });
    const ticks = signs.map((message) => Number(/tick (\d+)/.exec(message[1] ?? '')?.[1]));
    expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
    client.ws.terminate();
    await daemon.stop();
  });

  it('sends RELOADING and READY on SIGHUP, and goes on', async () => {
    const daemon = await startDaemon([], { NOTIFY_SOCKET: socket.path });
    await said('READY=1');
    daemon.process.kill('SIGHUP');
    await socket.messages.until('READY again', (all) => all.length === 3);
    expect(socket.messages.items.map(([first]) => first)).toEqual([
      'READY=1',
      'RELOADING=1',
      'READY=1',
    ]);
    await daemon.untilLine('there is nothing to reload');
    expect((await fetch(`${daemon.url}readyz`)).status).toBe(200);
    await daemon.stop();
  });

  it('reloads nothing and sends nothing more once it stops', async () => {
    const daemon = await startDaemon([], { NOTIFY_SOCKET: socket.path });
    const deaf = await PlainClient.connect(daemon.port);
    deaf.ws.pause(); // never answers the close frame, so that stopping takes until it is gone
    daemon.process.kill('SIGTERM');
    await said('STOPPING=1');
    daemon.process.kill('SIGHUP');
    deaf.ws.terminate();
    expect(await daemon.exited).toMatchObject({ code: 0, stderr: '' });
    expect(daemon.logLines().join('\n')).not.toMatch(/reload(ed|$)/m);
    expect(socket.messages.items.map(([first]) => first)).toEqual(['READY=1', 'STOPPING=1']);
  });

  it('serves without systemd-notify, and logs that once', async () => {
    const daemon = await startDaemon([], { NOTIFY_SOCKET: socket.path, PATH: '/nowhere' });
    await daemon.untilLine('systemd-notify: spawn systemd-notify ENOENT');
    daemon.process.kill('SIGHUP');
    await daemon.untilLine('there is nothing to reload');
    await daemon.stop();
    const complaints = daemon.logLines().filter((line) => line.includes('systemd-notify'));
    expect(complaints).toHaveLength(1);
  });
});
