import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { listen, type Listener } from '../../../src/server/http/listen.js';

/** An address of no machine (RFC 5737). */
const NOT_HERE = '192.0.2.1';

let server: Server;
let listener: Listener | undefined;

afterEach(() => {
  listener?.stop();
  server.close();
  server.closeAllConnections();
});

async function listenOn(addresses: readonly string[], port = 0): Promise<Listener> {
  server = createServer((_request, response) => void response.end('here'));
  const resolve = async (): Promise<readonly string[]> => addresses;
  const where = { host: 'a-name', port };
  listener = await listen(server, where, () => {}, resolve);
  return listener;
}

async function answerAt(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  await once(socket, 'close');
  return text;
}

describe('a name with several addresses', () => {
  it('is listened on at each, on one port', async () => {
    const { addresses } = await listenOn(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    expect(addresses.map(({ address }) => address)).toEqual([
      '127.0.0.1',
      '127.0.0.2',
      '127.0.0.3',
    ]);
    expect(new Set(addresses.map(({ port }) => port)).size).toBe(1);
    for (const { address, port } of addresses) {
      expect(await answerAt(address, port)).toMatch(/^HTTP\/1\.1 200 OK[^]*here/);
    }
  });

  it('is given up at all of them', async () => {
    const { addresses } = await listenOn(['127.0.0.1', '127.0.0.2']);
    listener?.stop();
    for (const { address, port } of addresses) {
      await expect(answerAt(address, port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('may have some that this machine lacks', async () => {
    const { addresses } = await listenOn([NOT_HERE, '127.0.0.1', NOT_HERE]);
    expect(addresses.map(({ address }) => address)).toEqual(['127.0.0.1']);
  });

  it('needs one that this machine has', async () => {
    const listening = listenOn([NOT_HERE]);
    await expect(listening).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  it('is not listened on at all if its port is in use at one', async () => {
    const other = createServer().listen(0, '127.0.0.2');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const listening = listenOn(['127.0.0.1', '127.0.0.2'], port);
    await expect(listening).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(answerAt('127.0.0.1', port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    other.close();
  });
});
