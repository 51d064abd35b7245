import { describe, expect, it } from '@jest/globals';
import { scrape } from '../../support/metrics.js';
import { PlainClient } from '../../support/plain-client.js';
import { promtool } from '../../support/promtool.js';
import { startTestServer } from '../../support/test-server.js';

describe('metrics', () => {
  it('pass promtool check metrics', async () => {
    const server = await startTestServer({ metrics: '127.0.0.1:0', tick: '50ms' });
    const client = await PlainClient.connect(server.port);
    await client.untilTicks(2);
    const { text } = await scrape(server.metricsAddress?.port ?? 0);
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, output: '' });
    expect(promtool(['check', 'metrics'], 'x_total 1\n# TYPE y gauge\n').status).not.toBe(0);
    client.ws.terminate();
    await server.stop();
  });
});
