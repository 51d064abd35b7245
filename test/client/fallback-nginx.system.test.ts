import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startNginx } from '../support/nginx.js';
import { connected, LibraryClients, textsOf } from '../support/library-clients.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { until } from '../support/until.js';

/** Where a WebSocket is swallowed, four seconds are gone before anything else is tried. */
jest.setTimeout(30_000);

let server: TestServer;
const clients = new LibraryClients();

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(async () => {
  clients.closeAll();
  await server.stop();
});

describe('a client behind nginx that knows nothing of WebSockets', () => {
  it('comes over SSE, says so, and talks with the others', async () => {
    const nginx = await startNginx(server.port);
    const ann = clients.join(nginx.url, 'ann');
    await connected(ann);
    expect(ann.transport).toBe('sse');
    const ben = clients.join(server.url, 'ben');
    await connected(ben);
    expect(ben.transport).toBe('websocket');
    const texts = textsOf(ann);
    const said = Array.from({ length: 30 }, (_, i) => `ann ${i}`);
    const receipts = await Promise.all(said.map((text) => ann.send(text)));
    expect(receipts.map(({ seq }) => seq)).toEqual(said.map((_, i) => i + 1));
    const long = `${'ü\u2028"\\'.repeat(400)}\r\n\r\ndata: x`;
    await ben.send(long);
    await until('all was heard', () => texts.length === 31);
    expect(texts).toEqual([...said, long]);
    await until('the clock is set', () => ann.clock.synced);
    ann.close();
    await until('ann has left', () => ben.online === 1);
    await nginx.stop();
  });
});
