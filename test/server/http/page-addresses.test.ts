import { describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { pageAddresses } from '../../../src/server/http/page-addresses.js';
import { startTestServer } from '../../support/test-server.js';

const at = (address: string): AddressInfo => ({ address, port: 9876, family: 'IPv4' });
const PLAIN = { scheme: 'http', basePath: '' } as const;

describe('addresses of the page', () => {
  it.each([
    [['127.0.0.1'], ['http://127.0.0.1:9876/'], []],
    [['::1', '127.0.0.1'], ['http://[::1]:9876/', 'http://127.0.0.1:9876/'], []],
    [['192.168.1.5'], ['http://192.168.1.5:9876/'], ['http://192.168.1.5:9876/']],
    [['127.0.0.1', '192.168.1.5'], ['http://127.0.0.1:9876/'], ['http://192.168.1.5:9876/']],
  ])('of a server at %j', async (hosts, here, network) => {
    expect(await pageAddresses(hosts.map(at), PLAIN)).toEqual({ here, network });
  });

  it('have the scheme and the path of the server', async () => {
    const { here } = await pageAddresses([at('127.0.0.1')], { scheme: 'https', basePath: '/a' });
    expect(here).toEqual(['https://127.0.0.1:9876/a/']);
  });

  it('of a server on all interfaces are localhost, and no loopback address for others', async () => {
    const { here, network } = await pageAddresses([at('::')], PLAIN);
    expect(here).toEqual(['http://localhost:9876/']);
    expect(network.filter((url) => url.includes('//127.'))).toEqual([]);
  });

  it('are told to clients of this machine only', async () => {
    const server = await startTestServer({ host: '0.0.0.0', origin: 'https://chat.example.com' });
    const { network } = await server.addresses();
    const ask = async (host: string): Promise<unknown> => {
      const response = await fetch(`${server.url}/api/addresses`, { headers: { Host: host } });
      return response.json();
    };
    expect(await ask(`localhost:${server.port}`)).toEqual({ network });
    await server.stop();
  });
});
