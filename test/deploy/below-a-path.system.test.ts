import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { connect } from '../../src/client/index.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { ROOT } from '../support/root.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { until } from '../support/until.js';

const SAMPLE = readFileSync(join(ROOT, 'deploy/nginx-below-a-path.conf'), 'utf8');

describe('two servers below paths of nginx', () => {
  const servers: TestServer[] = [];
  let nginx: Nginx;

  beforeAll(async () => {
    const stripped = await startTestServer({});
    const kept = await startTestServer({ basePath: '/stage' });
    servers.push(stripped, kept);
    const sample = SAMPLE.replace('127.0.0.1:9876', `127.0.0.1:${stripped.port}`).replace(
      '127.0.0.1:9877',
      `127.0.0.1:${kept.port}`,
    );
    nginx = await startNginx(stripped.port, sample);
  });
  afterAll(async () => {
    await nginx.stop();
    for (const server of servers) await server.stop();
  });

  it.each(['tickchat', 'tickchat/', 'stage', 'stage/'])('the page is at %s', async (path) => {
    const response = await fetch(`${nginx.url}${path}?room=a`);
    expect(response.url).toBe(`${nginx.url}${path.replace('/', '')}/?room=a`);
    const html = await response.text();
    const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(html) ?? [];
    expect((await fetch(new URL(script, response.url))).status).toBe(200);
  });

  it.each(['tickchat', 'stage/'])('the library connects to %s by WebSocket', async (path) => {
    const client = connect(`${nginx.url}${path}`, { WebSocket });
    await until('connected', () => client.state.name === 'connected');
    expect(client.transport).toBe('websocket');
    client.close();
  });
});
