import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestHandler } from '../../../src/server/http/error-boundary.js';
import { createHttpServer, type Http } from '../../../src/server/http/server.js';
import { Readiness } from '../../../src/server/ops/readiness.js';
import { handshake, RawClient, request } from '../../support/raw-client.js';

const ERROR = new Error('a bug');

/** Handlers that fail, each in another way. */
const FAILING: Readonly<Record<string, RequestHandler>> = {
  throws: () => {
    throw ERROR;
  },
  rejects: async () => {
    await new Promise((resolve) => setImmediate(resolve));
    throw ERROR;
  },
  'throws a string': () => {
    // oxlint-disable-next-line no-throw-literal -- a library may
    throw 'a bug' as unknown;
  },
};

describe('a handler that fails', () => {
  let api: RequestHandler;
  let http: Http;
  let port: number;
  let reported: Array<readonly [error: unknown, fields: Readonly<Record<string, string>>]>;

  beforeEach(async () => {
    reported = [];
    http = createHttpServer({
      files: () => false,
      basePath: '',
      api: (...call) => api(...call),
      webSocket: { handle: () => Promise.reject(ERROR), explain: () => {} },
      hostAllowed: () => true,
      refuseHost: () => {},
      readiness: new Readiness(),
      tls: undefined,
      failures: { report: (_name, error, fields) => reported.push([error, fields ?? {}]) },
    });
    http.server.listen(0, '127.0.0.1');
    await once(http.server, 'listening');
    ({ port } = http.server.address() as AddressInfo);
  });

  afterEach(() => {
    http.server.close();
    http.server.closeAllConnections();
  });

  /** The response to a request whose path and query hold secrets. */
  async function responseTo(path = '/api/sessions/s3cret?token=s3cret'): Promise<RawClient> {
    const client = new RawClient(port);
    client.send(request('POST', path, { Host: 'localhost', 'Content-Length': '0' }));
    await client.closed;
    return client;
  }

  it.each(Object.keys(FAILING))('and %s is answered with 500, and reported once', async (how) => {
    api = FAILING[how] ?? api;
    const { status, text } = await responseTo();
    expect(status).toBe(500);
    expect(text).toContain('\ninternal server error\n');
    expect(text).toContain('X-Content-Type-Options: nosniff');
    expect(reported).toHaveLength(1);
    expect(reported[0]?.[1]).toEqual({
      method: 'POST',
      path: '/api/sessions',
      stack: how === 'throws a string' ? '' : expect.stringMatching(/^Error: a bug\n/),
    });
  });

  it('after the head was sent gets its connection destroyed', async () => {
    api = async (_incoming, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('begun');
      throw ERROR;
    };
    const { text } = await responseTo();
    expect(text).not.toContain('500');
    expect(reported.map(([error]) => error)).toEqual([ERROR]);
  });

  it('is behind an offer to upgrade is answered with 500, too', async () => {
    api = () => Promise.reject(ERROR);
    const client = new RawClient(port);
    const headers = { Host: 'localhost', Connection: 'Upgrade', Upgrade: 'h2c' };
    client.send(request('GET', '/api/rooms/lobby/messages', headers));
    await client.closed;
    expect(client.status).toBe(500);
    expect(reported).toHaveLength(1);
  });

  it('in a handshake gets its socket destroyed', async () => {
    const client = new RawClient(port);
    client.send(handshake());
    await client.closed;
    expect(client.text).toBe('');
    expect(reported).toHaveLength(1);
    expect(reported[0]?.[1]).toMatchObject({ method: 'GET', path: '/ws' });
  });
});
