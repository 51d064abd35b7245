import { describe, expect, test } from '@jest/globals';
import { parseBenchPlan } from '../../../src/cli/bench/arguments.js';
import { reportTable } from '../../../src/cli/bench/report-table.js';
import { runBench } from '../../../src/cli/bench/run.js';
import { startTestServer } from '../../support/test-server.js';

describe('bench --pid', () => {
  test('reports the memory per client, unless more was freed than the clients used', async () => {
    const server = await startTestServer();
    const flags = { clients: '2', seconds: '0.3', warmup: '0', pid: String(process.pid) };
    const report = await runBench(parseBenchPlan(server.url, flags));
    await server.stop();
    const { server: figures } = report;
    if (figures === undefined) throw new Error('no figures of the process');
    expect(figures.memory.before).toBeGreaterThan(1e6);
    const withPerClient = (perClient: number) =>
      reportTable({ ...report, server: { ...figures, memory: { ...figures.memory, perClient } } });
    expect(withPerClient(2048)).toMatch(/^memory a client +2\.0 KB/m);
    expect(withPerClient(-1)).not.toContain('memory a client');
  });
});
