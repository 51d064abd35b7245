import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, launchFirefox } from '../support/browsers.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { ROOT } from '../support/root.js';
import { V1Client } from '../support/v1-client.js';

const PAGES = ['plain-page.html', 'embedded.html'];

/** The address of the server in the examples. */
const ADDRESS = 'localhost:9876';

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
])('the examples, from another origin, in %s', (_name, launch) => {
  let browser: Browser;
  let site: Server;
  let origin: string;
  let daemon: Daemon;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    site = createServer((request, response) => {
      const file = PAGES.find((name) => request.url === `/${name}`);
      if (file === undefined) {
        response.writeHead(404).end(); // browsers ask for an icon
      } else {
        const html = readFileSync(join(ROOT, 'examples', file), 'utf8');
        response.setHeader('Content-Type', 'text/html');
        response.end(html.replaceAll(ADDRESS, `127.0.0.1:${daemon.port}`));
      }
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    daemon = await startDaemon(['--origin', origin, '--tick', '200ms']);
  });
  afterAll(async () => {
    await browser.close();
    site.close();
    await daemon.kill();
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.close());

  it.each([
    ['plain-page.html', 'lobby', (text: string) => text],
    ['embedded.html', 'embedded', (text: string) => `A visitor: ${text}`],
  ])('%s ticks, says and shows', async (file, room, shown) => {
    const other = await V1Client.join(daemon.port, { room, name: 'Ben' });
    await page.goto(`${origin}/${file}`);
    await page.waitForFunction('Number(document.getElementById("tick").textContent) > 0');
    await page.locator('#text').fill('a:b <i>');
    await page.getByRole('button', { name: 'Send' }).click();
    const message = await other.next('msg');
    expect(message.text).toBe('a:b <i>');
    await page.getByText(shown('a:b <i>'), { exact: true }).last().waitFor();
    other.ws.terminate();
  });
});
