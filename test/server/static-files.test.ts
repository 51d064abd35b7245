import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { respondText } from '../../src/server/respond.js';
import { staticFiles } from '../../src/server/static-files.js';
import { RawClient, request } from '../support/raw-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

async function answer(port: number, method: string, path: string): Promise<RawClient> {
  const client = new RawClient(port);
  client.send(request(method, path, { Host: 'localhost', Connection: 'close' }));
  await client.closed;
  return client;
}

describe('http', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  });

  afterAll(() => server.stop());

  it.each(['/', '/client.html', '/?room=a', '/client.html?room=a'])(
    'serves the page at %s',
    async (path) => {
      const client = await answer(server.port, 'GET', path);
      expect(client.status).toBe(200);
      expect(client.text).toContain('Content-Type: text/html; charset=utf-8');
      expect(client.text).toContain('<!doctype html>');
    },
  );

  it('serves the headers alone on HEAD', async () => {
    const client = await answer(server.port, 'HEAD', '/');
    expect(client.status).toBe(200);
    expect(client.text.endsWith('\r\n\r\n')).toBe(true);
  });

  it.each([
    ['GET', '/../package.json', 404],
    ['GET', '/..%2fpackage.json', 404],
    ['GET', '/%2e%2e/package.json', 404],
    ['GET', '//etc/passwd', 404],
    ['GET', '/js/../../package.json', 404],
    ['GET', '/%00', 404],
    ['GET', '/client.html%00', 404],
    ['GET', '/%', 404],
    ['GET', '/.env', 404],
    ['GET', '/js', 404],
    ['GET', '/js/', 404],
    ['GET', '/client', 404],
    ['GET', '/nothing', 404],
    ['GET', 'http://localhost/client.html', 200],
    ['GET', 'http://localhost/nothing', 404],
    ['POST', '/ws', 405],
    ['DELETE', '/client.html', 405],
    ['POST', '/', 405],
    ['PUT', '/nothing', 405],
    ['OPTIONS', '*', 405],
    ['GET', '/healthz', 200],
    ['HEAD', '/healthz', 200],
    ['GET', '/ws', 426],
  ])('answers %s %s with %d and the security headers', async (method, path, status) => {
    const client = await answer(server.port, method, path);
    expect(client.status).toBe(status);
    expect(client.text).toMatch(/\r\nContent-Security-Policy: default-src 'none'/);
    expect(client.text).toContain('\r\nX-Content-Type-Options: nosniff\r\n');
    expect(client.text).toContain('\r\nReferrer-Policy: no-referrer\r\n');
    if (status === 405) expect(client.text).toContain('\r\nAllow: GET, HEAD\r\n');
  });
});

describe('the file of the client library', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('may be imported by pages of any origin', async () => {
    const { status, text } = await answer(server.port, 'GET', '/client.js');
    expect(status).toBe(200);
    expect(text).toContain('\r\nAccess-Control-Allow-Origin: *\r\n');
    expect(text).toContain('\r\nCross-Origin-Resource-Policy: cross-origin\r\n');
    expect(text).toMatch(/\r\nContent-Type: (?:text|application)\/javascript/);
  });

  it.each(['/', '/js/page/main.js', '/js/client/index.js', '/style.css', '/healthz'])(
    'is the only one: not %s',
    async (path) => {
      const { text } = await answer(server.port, 'GET', path);
      expect(text).not.toContain('Access-Control');
      expect(text).toContain('\r\nCross-Origin-Resource-Policy: same-origin\r\n');
    },
  );
});

describe('static files', () => {
  let root: string;
  let server: Server;
  let port: number;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tickchat-static-'));
    await mkdir(join(root, 'sub'));
    await mkdir(join(root, 'js/page'), { recursive: true });
    await mkdir(join(root, '.hidden'));
    await Promise.all([
      writeFile(join(root, 'client.html'), '<!doctype html>'),
      writeFile(join(root, 'js/page/main.js'), ''),
      writeFile(join(root, 'sub', 'big.js'), Buffer.alloc(4_000_000, 'x')),
      writeFile(join(root, '.secret'), 'secret'),
      writeFile(join(root, '.hidden', 'a.txt'), 'secret'),
      writeFile(join(root, 'going.txt'), 'soon gone'),
      symlink('/etc', join(root, 'link')),
      symlink('/etc/hostname', join(root, 'link.txt')),
    ]);
    const files = await staticFiles(root);
    server = createServer((incoming, response) => {
      if (!files(incoming, response)) respondText(response, 404, 'not found');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    await rm(join(root, 'going.txt'));
    await writeFile(join(root, 'new.txt'), 'came later');
  });

  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await rm(root, { recursive: true });
  });

  it.each([
    ['/sub/big.js', 200],
    ['/.secret', 404],
    ['/.hidden/a.txt', 404],
    ['/link/hostname', 404],
    ['/link.txt', 404],
    ['/going.txt', 200],
    ['/new.txt', 404],
    ['/sub', 404],
  ])('answers %s with %d', async (path, status) => {
    expect((await answer(port, 'GET', path)).status).toBe(status);
  });

  it('leaves no descriptor open when clients go away in the middle', async () => {
    const open = async () => (await readdir('/proc/self/fd')).length;
    const before = await open();
    for (let i = 0; i < 50; i++) {
      const client = new RawClient(port);
      client.send(request('GET', '/sub/big.js'));
      await client.untilText('\r\n\r\n');
      client.socket.resetAndDestroy();
      await client.closed;
    }
    const deadline = performance.now() + 10_000;
    while ((await open()) > before && performance.now() < deadline) await nextTurn();
    expect(await open()).toBeLessThanOrEqual(before);
  });

  it('can not start without the page or its script', async () => {
    await expect(staticFiles(join(root, 'sub'))).rejects.toThrow('client.html is missing');
    await rm(join(root, 'js/page/main.js'));
    await expect(staticFiles(root)).rejects.toThrow('main.js is missing: npm run build makes it');
    await expect(staticFiles(join(root, 'nowhere'))).rejects.toThrow('client.html is missing');
  });
});
