import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { respondText } from '../../../src/server/http/respond.js';
import { staticFiles } from '../../../src/server/http/static-files.js';
import { RawClient, request } from '../../support/raw-client.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

async function answer(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawClient> {
  const client = new RawClient(port);
  client.send(request(method, path, { Host: 'localhost', Connection: 'close', ...headers }));
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
    ['POST', '/ws', 426],
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

  it.each(['/', '/client.html', '/icon.svg', '/manifest.webmanifest', '/healthz'])(
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
    await mkdir(join(root, '.hidden'));
    await Promise.all([
      writeFile(join(root, 'client.html'), '<!doctype html>'),
      writeFile(join(root, 'client.js'), ''),
      mkdir(join(root, 'assets')),
      writeFile(join(root, 'two.css'), 'as it is'),
      writeFile(join(root, 'two.css.br'), 'by brotli'),
      writeFile(join(root, 'two.css.gz'), 'by gzip'),
      writeFile(join(root, 'lonely.gz'), 'an archive'),
      writeFile(join(root, 'sub', 'big.js'), Buffer.alloc(4_000_000, 'x')),
      writeFile(join(root, '.secret'), 'secret'),
      writeFile(join(root, '.hidden', 'a.txt'), 'secret'),
      writeFile(join(root, 'going.txt'), 'soon gone'),
      symlink('/etc', join(root, 'link')),
      symlink('/etc/hostname', join(root, 'link.txt')),
    ]);
    await writeFile(join(root, 'assets/page-ABC.js'), 'hashed');
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
    ['/two.css.br', 404],
    ['/two.css.gz', 404],
    ['/lonely.gz', 200],
  ])('answers %s with %d', async (path, status) => {
    expect((await answer(port, 'GET', path)).status).toBe(status);
  });

  it.each([
    [undefined, undefined, 'as it is'],
    ['', undefined, 'as it is'],
    ['gzip', 'gzip', 'by gzip'],
    ['br', 'br', 'by brotli'],
    ['gzip, deflate, br, zstd', 'br', 'by brotli'],
    ['br;q=0.5, gzip', 'gzip', 'by gzip'],
    ['gzip;q=0, br;q=0', undefined, 'as it is'],
    ['*', 'br', 'by brotli'],
    ['*;q=0', undefined, 'as it is'],
    ['identity;q=0', undefined, 'as it is'],
    ['identity;q=0, gzip', 'gzip', 'by gzip'],
    ['deflate', undefined, 'as it is'],
    ['BR', 'br', 'by brotli'],
  ])('with Accept-Encoding %j sends %s', async (accepted, coding, body) => {
    const headers = accepted === undefined ? {} : { 'Accept-Encoding': accepted };
    const { status, text } = await answer(port, 'GET', '/two.css', headers);
    expect(status).toBe(200);
    expect(/\r\nContent-Encoding: (\w+)\r\n/.exec(text)?.[1]).toBe(coding);
    expect(text).toContain('\r\nVary: Accept-Encoding\r\n');
    expect(text).toContain('\r\nContent-Type: text/css; charset=utf-8\r\n');
    expect(text).toContain(`\r\nContent-Length: ${body.length}\r\n`);
    expect(text.endsWith(`\r\n\r\n${body}`)).toBe(true);
  });

  it.each([
    ['/assets/page-ABC.js', 'public, max-age=31536000, immutable'],
    ['/client.html', 'no-cache'],
    ['/client.js', 'no-cache'],
    ['/two.css', 'no-cache'],
  ])('lets browsers keep %s: %s', async (path, directives) => {
    const { text } = await answer(port, 'GET', path);
    expect(text).toContain(`\r\nCache-Control: ${directives}\r\n`);
  });

  const etagOf = async (path: string, coding: string): Promise<string> => {
    const { text } = await answer(port, 'HEAD', path, { 'Accept-Encoding': coding });
    return /\r\nETag: ("[^"]+")\r\n/.exec(text)?.[1] ?? '';
  };

  it('has an entity tag of its own for each coding', async () => {
    const codings = ['br', 'gzip', 'identity'];
    const tags = await Promise.all(codings.map((coding) => etagOf('/two.css', coding)));
    expect(new Set(tags).size).toBe(3);
    expect(tags).not.toContain('');
  });

  it.each([
    ['the tag', (tag: string) => tag, 304],
    ['a list with the tag', (tag: string) => `"a", ${tag}`, 304],
    ['the tag as a weak one', (tag: string) => `W/${tag}`, 304],
    ['any', () => '*', 304],
    ['another tag', () => '"a"', 200],
    ['nothing', () => '', 200],
  ])('answers If-None-Match with %s', async (_name, conditionOf, expected) => {
    const condition = conditionOf(await etagOf('/two.css', 'br'));
    const headers = { 'Accept-Encoding': 'br', 'If-None-Match': condition };
    for (const method of ['GET', 'HEAD']) {
      const { status, text } = await answer(port, method, '/two.css', headers);
      expect(status).toBe(expected);
      if (expected === 304) {
        expect(text.endsWith('\r\n\r\n')).toBe(true);
        expect(text).toMatch(/\r\nETag: "[^"]+"\r\n/);
        expect(text).toContain('\r\nCache-Control: no-cache\r\n');
        expect(text).toContain('\r\nVary: Accept-Encoding\r\n');
      }
    }
  });

  it('does not take the tag of another coding for its own', async () => {
    const headers = { 'Accept-Encoding': 'br', 'If-None-Match': await etagOf('/two.css', 'gzip') };
    expect((await answer(port, 'GET', '/two.css', headers)).status).toBe(200);
  });

  it('leaves no descriptor open when clients go away in the middle', async () => {
    const open = async () => (await readdir('/dev/fd')).length;
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

  it('can not start without an asset of the page', async () => {
    await writeFile(join(root, 'client.html'), '<script src="assets/page-AAAA.js"></script>');
    await expect(staticFiles(root)).rejects.toThrow('assets/page-AAAA.js is missing');
  });

  it('can not start without the page or the library', async () => {
    await expect(staticFiles(join(root, 'sub'))).rejects.toThrow('client.html is missing');
    await rm(join(root, 'client.js'));
    await expect(staticFiles(root)).rejects.toThrow('client.js is missing: npm run build makes it');
    await expect(staticFiles(join(root, 'nowhere'))).rejects.toThrow('client.html is missing');
  });
});
