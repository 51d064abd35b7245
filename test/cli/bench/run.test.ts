import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { parseBenchPlan } from '../../../src/cli/bench/arguments.js';
import { faultIn } from '../../../src/cli/bench/report.js';
import { reportTable } from '../../../src/cli/bench/report-table.js';
import { runBench } from '../../../src/cli/bench/run.js';
import { flagSource, resolveConfig } from '../../../src/server/config/resolve.js';
import { startServer, type RunningServer } from '../../../src/server/server.js';
import { startTestServer } from '../../support/test-server.js';
import { SECRET, TemporaryFiles, tokenWith } from '../../support/tokens.js';

const PERIOD_MS = 50;
let server: RunningServer;
let url: string;

beforeAll(async () => {
  const flags = { port: '0', host: '127.0.0.1', rate: '0', tick: `${PERIOD_MS}ms` };
  const resolved = resolveConfig([flagSource(flags)]);
  if (!resolved.ok) throw new Error(resolved.error);
  server = await startServer(resolved.config, pino({ level: 'silent' }));
  url = `http://127.0.0.1:${server.listening[0].port}/`;
});

afterAll(() => server.stop());

function plan(flags: Parameters<typeof parseBenchPlan>[1]) {
  const short = { seconds: '0.6', warmup: '0.1', workers: '2' };
  return { ...parseBenchPlan(url, { ...short, ...flags }), settleMs: 0 };
}

describe('bench of a real server', () => {
  test('delivers what is sent at a rate to all of each room, and sees the clock', async () => {
    const flags = { clients: '12', rooms: '3', senders: '5', rate: '100' };
    const report = await runBench(plan(flags));
    expect(report).toMatchObject({ lost: 0, outOfOrder: 0, duplicated: 0, closed: 0, pending: 0 });
    expect(report.load).toMatchObject({ clients: 12, senders: 5, rooms: 3 });
    expect(report.sent).toBeGreaterThan(0);
    // 4 of 12 clients are in each room. Messages in flight at the ends of the window may differ.
    expect(Math.abs(report.delivered - 4 * report.sent)).toBeLessThan(0.2 * report.delivered);
    expect(report.latencyMs.p50).toBeGreaterThan(0);
    expect(report.latencyMs.p50).toBeLessThanOrEqual(report.latencyMs.max);
    expect(report.ticks).toMatchObject({ periodMs: PERIOD_MS });
    expect(faultIn(report)).toBeUndefined();
    expect(
      Math.max(
        ...reportTable(report)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(81);
  });

  test('goes round and round in a closed loop', async () => {
    const report = await runBench(plan({ clients: '6', closed: true, size: '300' }));
    expect(report).toMatchObject({ lost: 0, outOfOrder: 0, duplicated: 0, closed: 0 });
    expect(report.sent).toBeGreaterThan(6);
  });

  test('ends at the signal with a report of what there was', async () => {
    const interrupted = new AbortController();
    const report = await runBench(plan({ clients: '4', seconds: '60' }), {
      signal: interrupted.signal,
      onProgress: (phase) => phase === 'measuring' && interrupted.abort(),
    });
    expect(report).toMatchObject({ interrupted: true, lost: 0, closed: 0 });
    expect(report.seconds).toBeLessThan(60);
  });

  test('comes with a token where the server asks for one', async () => {
    const files = new TemporaryFiles();
    const guarded = await startTestServer({ authSecretFile: files.write('secret', SECRET) });
    const flags = { clients: '3', rooms: '2', seconds: '0.3', warmup: '0' };
    await expect(runBench(parseBenchPlan(guarded.url, flags))).rejects.toThrow(/^401 /);
    const report = await runBench(
      parseBenchPlan(guarded.url, { ...flags, token: await tokenWith() }),
    );
    expect(report).toMatchObject({ lost: 0, closed: 0, load: { clients: 3 } });
    expect(report.sent).toBeGreaterThan(0);
    await guarded.stop();
    files.remove();
  });

  test('rejects with the reason of a refusal', async () => {
    const { target, ...rest } = plan({});
    const refused = runBench({ ...rest, target: { ...target, room: 'NOT A ROOM' } });
    await expect(refused).rejects.toThrow(/^400 bad room name/);
  });

  test('rejects where nobody listens', async () => {
    const { target, ...rest } = plan({});
    await expect(runBench({ ...rest, target: { ...target, port: 1 } })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});
