import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { WebSocket, type ClientOptions } from 'ws';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { Inbox } from '../support/inbox.js';
import { PlainClient } from '../support/plain-client.js';
import { startProxy, type Proxy, type ProxyName } from '../support/proxy.js';
import { until } from '../support/until.js';

const HOST = 'chat.example.com';
const ORIGIN = `https://${HOST}`;

/** What a client says of itself to be taken for somebody else. */
const LIES = {
  'X-Forwarded-For': '203.0.113.66',
  'X-Forwarded-Proto': 'http',
  Forwarded: 'for=203.0.113.66;proto=http',
};

/** The addresses of the clients that came in, as the server's log has them. */
function joined(daemon: Daemon): string[] {
  return daemon
    .logLines()
    .map((line) => JSON.parse(line) as { readonly msg: string; readonly address: string })
    .filter(({ msg }) => msg === 'client connected')
    .map(({ address }) => address);
}

const SERVER = [
  '--trust-proxy=127.0.0.1',
  `--origin=${ORIGIN}`,
  '--log-level=debug',
  '--max-clients-per-ip=1',
];

describe.each<ProxyName>(['nginx', 'haproxy', 'caddy'])('behind %s by its sample', (name) => {
  let daemon: Daemon;
  let proxy: Proxy;

  beforeAll(async () => {
    daemon = await startDaemon(SERVER);
    proxy = await startProxy(name, daemon.port);
    // haproxy takes a moment to see that the server is there.
    await until('the page', async () => (await page(proxy)).status === 200);
  }, 30_000);

  afterAll(async () => {
    await proxy?.stop();
    await daemon?.stop();
  });

  /** Opens a WebSocket from one of the loopback addresses, as a browser on the page would. */
  function open(from: string, options: ClientOptions = {}): WebSocket {
    const tls = { servername: HOST, rejectUnauthorized: false };
    const headers = { Host: HOST, ...options.headers };
    const all = { localAddress: from, origin: ORIGIN, ...tls, ...options, headers };
    return new WebSocket(`wss://127.0.0.1:${proxy.port}/ws`, all);
  }

  async function refusal(ws: WebSocket): Promise<number | undefined> {
    const [, response] = (await once(ws, 'unexpected-response')) as [
      unknown,
      { readonly statusCode?: number },
    ];
    ws.on('error', () => {}).terminate();
    return response.statusCode;
  }

  it('the page comes through', async () => {
    expect((await page(proxy)).body).toContain('<!doctype html>');
  });

  it('a WebSocket works, and the address is the client’s whatever the client says', async () => {
    const ws = open('127.0.0.5', { headers: LIES });
    const inbox = new Inbox<string>();
    ws.on('message', (data: Buffer) => inbox.push(data.toString()));
    await once(ws, 'open');
    ws.send('hello');
    await inbox.until('the message', (all) => all.includes('msg:hello'));
    await inbox.until('a tick', (all) => all.some((frame) => frame.startsWith('tick:')));
    await until('the log', () => joined(daemon).includes('127.0.0.5'));
    // The one place of that address is taken; another address has its own.
    expect(await refusal(open('127.0.0.5', { headers: LIES }))).toBe(429);
    const neighbour = open('127.0.0.6');
    await once(neighbour, 'open');
    neighbour.terminate();
    ws.terminate();
  });

  it('a page that was not asked for by https is of another origin', async () => {
    expect(await refusal(open('127.0.0.7', { origin: `http://${HOST}` }))).toBe(403);
    expect(await refusal(open('127.0.0.7', { origin: 'https://evil.example' }))).toBe(403);
  });

  it('who comes past the proxy is not believed', async () => {
    const direct = await PlainClient.connect(daemon.port, '', {
      localAddress: '127.0.0.9',
      headers: LIES,
    });
    await until('the log', () => joined(daemon).includes('127.0.0.9'));
    expect(joined(daemon)).not.toContain('203.0.113.66');
    direct.ws.terminate();
  });
});

async function page({ port }: Proxy): Promise<{ status: number | undefined; body: string }> {
  const request = get({
    port,
    host: '127.0.0.1',
    servername: HOST,
    rejectUnauthorized: false,
    headers: { Host: HOST },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}
