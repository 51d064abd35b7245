import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scrape } from '../support/metrics.js';
import { promtool } from '../support/promtool.js';
import { ROOT } from '../support/root.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

function read(name: string): string {
  return readFileSync(join(ROOT, 'deploy', name), 'utf8');
}

/** Names of metrics in a query or a file. */
function metricsIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:tickchat|nodejs|process)_[a-z0-9_]+\b/g))];
}

describe('monitoring', () => {
  let server: TestServer;
  let known: ReadonlySet<string>;

  beforeAll(async () => {
    server = await startTestServer({ metrics: '127.0.0.1:0' });
    const { samples } = await scrape(server.metricsAddress?.port ?? 0);
    known = new Set([...samples.keys()].map((name) => name.replace(/\{.*/, '')));
  });

  afterAll(() => server.stop());

  it.each(['grafana-dashboard.json', 'alerts.yml', 'alerts.test.yml'])(
    '%s names existing metrics only',
    (file) => {
      const named = metricsIn(read(file));
      expect(named.length).toBeGreaterThan(5);
      expect(named.filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it('the dashboard shows every metric of tickchat', () => {
    const shown = new Set(metricsIn(read('grafana-dashboard.json')));
    const derived = /_(?:sum|count)$/; // of a histogram: its buckets are shown
    const ours = [...known].filter((name) => name.startsWith('tickchat_') && !derived.test(name));
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('the dashboard has panels with unique titles and positions, and queries', () => {
    const { panels } = JSON.parse(read('grafana-dashboard.json')) as {
      readonly panels: ReadonlyArray<{
        readonly title: string;
        readonly gridPos: { readonly x: number; readonly y: number };
        readonly targets: ReadonlyArray<{ readonly expr: string }>;
      }>;
    };
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    expect(new Set(panels.map(({ gridPos }) => `${gridPos.x},${gridPos.y}`)).size).toBe(
      panels.length,
    );
    for (const { targets } of panels) expect(targets.length).toBeGreaterThan(0);
  });

  it('Prometheus can parse every query of the dashboard', () => {
    const queries = read('grafana-dashboard.json').match(/"expr": ".*"/g) ?? [];
    const rules = queries.map((line, n) => {
      const expr = (JSON.parse(`{${line}}`) as { readonly expr: string }).expr
        .replaceAll('$__rate_interval', '1m')
        .replaceAll('$instance', '.*');
      return { record: `panel:${n}`, expr };
    });
    const folder = mkdtempSync(join(tmpdir(), 'tickchat-panels-'));
    const file = join(folder, 'rules.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const { status, output } = promtool(['check', 'rules', file]);
    rmSync(folder, { recursive: true });
    expect([status, output]).toEqual([0, expect.stringContaining(`${queries.length} rules found`)]);
  });

  it('the alerts pass promtool check rules', () => {
    const { status, output } = promtool(['check', 'rules', join(ROOT, 'deploy/alerts.yml')]);
    expect([status, output]).toEqual([0, expect.stringContaining('24 rules found')]);
  });

  it('the alerts are silent without faults and fire with them', () => {
    const { status, output } = promtool(['test', 'rules', join(ROOT, 'deploy/alerts.test.yml')]);
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('each alert is tested both ways', () => {
    const names = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const tried = [...read('alerts.test.yml').matchAll(/alertname: (\w+)/g)].map(
      ([, name]) => name,
    );
    expect(tried).toEqual([...names, ...names]);
  });
});
