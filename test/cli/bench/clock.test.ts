import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseClockPlan } from '../../../src/cli/bench/arguments.js';
import {
  clockErrors,
  distribution,
  latenesses,
  outOfTurn,
  spreads,
  type Firing,
} from '../../../src/cli/bench/clock/firing.js';
import { clockTable } from '../../../src/cli/bench/clock/report.js';
import { runClockBench } from '../../../src/cli/bench/clock/run.js';
import { UsageError } from '../../../src/cli/errors.js';
import { startDaemon, type Daemon } from '../../support/daemon.js';
import { SECRET, TemporaryFiles, tokenWith } from '../../support/tokens.js';

const URL = 'http://localhost:9876/';

function firing(client: number, n: number, at: number, clockAhead = 0): Firing {
  return { client, n, at, now: at + 1000 + clockAhead, dueAt: n * 100 + 1000, bound: 1 };
}

describe('firings', () => {
  const firings = [firing(0, 1, 100), firing(1, 1, 103, 0.5), firing(0, 2, 199), firing(1, 4, 405)];

  test('are late or early by true server time', () => {
    expect(latenesses(firings, 1000)).toEqual([0, 3, -1, 5]);
    expect(latenesses(firings, 1002)).toEqual([2, 5, 1, 7]);
  });

  test('tell how wrong the client’s clock was', () => {
    expect(clockErrors(firings, 1000)).toEqual([0, 0.5, 0, 0]);
  });

  test('of one tick are compared with the first of it', () => {
    expect(spreads(firings)).toEqual([0, 3, 0, 0]);
  });

  test('that pass a number over, or come twice, are out of turn', () => {
    expect(outOfTurn(firings)).toBe(1);
    expect(outOfTurn([firing(0, 1, 0), firing(0, 1, 0), firing(0, 2, 0)])).toBe(1);
  });

  test('are summed up by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(distribution(values)).toEqual({ p50: 51, p95: 96, p99: 100, max: 100 });
    expect(distribution([])).toEqual({ p50: NaN, p95: NaN, p99: NaN, max: NaN });
  });
});

describe('bench --clock', () => {
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await startDaemon(['--tick', '50ms']);
  });
  afterAll(async () => {
    await daemon.stop();
  });

  test('tells how well clients know the clock of a real server', async () => {
    const flags = { clients: '6', seconds: '0.5', workers: '2' };
    const report = await runClockBench(parseClockPlan(daemon.url, flags));
    expect(report).toMatchObject({ clients: 6, periodMs: 50, beyondBound: 0 });
    expect(report.firings).toBeGreaterThan(6);
    expect(report.truthWithin).toBeGreaterThan(0);
    expect(report.clockError.max).toBeLessThanOrEqual(report.bound.max + report.truthWithin);
    const widths = clockTable(report)
      .split('\n')
      .map(({ length }) => length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  }, 30_000);

  test('measures a server that asks for tokens with one', async () => {
    const files = new TemporaryFiles();
    const secret = files.write('secret', SECRET);
    const guarded = await startDaemon(['--tick', '50ms', '--auth-secret-file', secret]);
    const flags = { clients: '2', seconds: '0.3', token: await tokenWith() };
    const report = await runClockBench(parseClockPlan(guarded.url, flags));
    expect(report).toMatchObject({ clients: 2, periodMs: 50 });
    await guarded.stop();
    files.remove();
  }, 30_000);

  test('ends at the signal with what there was', async () => {
    const interrupted = new AbortController();
    const plan = parseClockPlan(daemon.url, { clients: '2', seconds: '600' });
    const onPhase = (phase: string) => phase === 'measuring' && interrupted.abort();
    const report = await runClockBench(plan, { signal: interrupted.signal, onPhase });
    expect(report.seconds).toBeLessThan(600);
  }, 30_000);

  test('rejects where nobody listens', async () => {
    const plan = parseClockPlan('http://127.0.0.1:1/', {});
    await expect(runClockBench(plan)).rejects.toThrow('ECONNREFUSED');
  });

  test.each([
    [{ senders: '3' }, /^--senders: can't be combined with --clock$/],
    [{ closed: true }, /^--closed: can't be combined with --clock$/],
    [{ clients: '10001' }, /^--clients "10001": takes a whole number from 1 to 10000$/],
    [{ seconds: '601' }, /^--seconds "601": takes seconds from 0.1 to 600$/],
  ] as const)('refuses %j', (flags, message) => {
    const parse = () => parseClockPlan(URL, { clock: true, ...flags });
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
  });
});
