import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { listen } from '../../../src/server/http/listen.js';
import { startMetricsServer } from '../../../src/server/http/metrics-server.js';

describe('metrics listener', () => {
  it('answers 500 and reports the cause when the metrics can not be read', async () => {
    const reports: unknown[][] = [];
    const failure = new Error('no metrics');
    const server = await startMetricsServer(
      { host: '127.0.0.1', port: 0 },
      { contentType: 'text/plain', text: () => Promise.reject(failure) },
      { ready: true },
      { report: (...report) => void reports.push(report) },
    );
    const url = `http://127.0.0.1:${server.address.port}`;
    expect((await fetch(`${url}/metrics`)).status).toBe(500);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(reports).toEqual([['metrics', failure]]);
    await server.close();
  });
});

describe('a listening socket', () => {
  it('reports its errors instead of ending the process', async () => {
    const errors: Error[] = [];
    const server = createServer();
    const address = { host: '127.0.0.1', port: 0 };
    await listen(server, address, (error) => errors.push(error));
    server.emit('error', new Error('EMFILE'));
    expect(errors).toEqual([new Error('EMFILE')]);
    server.close();
  });
});
