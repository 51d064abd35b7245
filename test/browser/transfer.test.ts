import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium } from '../support/browsers.js';
import { startDaemon, type Daemon } from '../support/daemon.js';

/** A relay in front of the server that counts the bytes which the browser gets. */
class CountingRelay {
  bytes = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(target: number) {
    this.#server = createServer((client) => {
      const upstream = connect(target, '127.0.0.1');
      upstream.on('data', (chunk: Buffer) => (this.bytes += chunk.length));
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.#sockets.delete(socket));
      }
      client.pipe(upstream).pipe(client);
    }).listen(0, '127.0.0.1');
  }

  async url(): Promise<string> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

describe('a visit to the page', () => {
  let browser: Browser;
  let daemon: Daemon;
  let relay: CountingRelay;
  let context: BrowserContext;

  beforeAll(async () => {
    // One tick in the visit at most: ticks are no part of the page.
    daemon = await startDaemon(['--tick', '1h']);
    relay = new CountingRelay(daemon.port);
    browser = await launchChromium();
    context = await browser.newContext();
  });
  afterAll(async () => {
    await browser.close();
    relay.close();
    await daemon.kill();
  });

  /** Opens the page in a new tab; resolves when it is connected. */
  const visit = async (): Promise<{ bytes: number; requests: string[] }> => {
    const before = relay.bytes;
    const page = await context.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('websocket', (socket) => requests.push(socket.url()));
    await page.goto(await relay.url());
    await page.locator('#status[data-state="connected"]').waitFor();
    const visited = { bytes: relay.bytes - before, requests };
    await page.close();
    return visited;
  };

  it('transfers 25 KB at most in 6 requests at most, the WebSocket included', async () => {
    const { bytes, requests } = await visit();
    expect(requests.length).toBeLessThanOrEqual(6);
    expect(requests.some((url) => url.startsWith('ws:'))).toBe(true);
    expect(bytes).toBeGreaterThan(5000);
    expect(bytes).toBeLessThanOrEqual(25 * 1024);
  });

  it('transfers 2 KB at most the second time', async () => {
    const { bytes } = await visit();
    expect(bytes).toBeLessThanOrEqual(2048);
  });
});
