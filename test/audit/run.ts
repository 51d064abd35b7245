import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { launchChromium } from '../support/browsers.js';
import { ROOT } from '../support/root.js';
import { startServers, STATES } from './states.js';

/**
 * `npm run audit:page`: judges the page by tools from elsewhere. axe-core must find nothing in any
 * state, html-validate nothing in the HTML, and Lighthouse gives at least {@link LEAST_SCORE} in
 * each category, as for a phone. Exit status 1 if one is worse; the performance, which a busy
 * machine lowers, is only told.
 */
const TOOLS = join(ROOT, 'test/audit/node_modules');
const CHROMIUM = '/usr/bin/chromium';

/** Of 100. */
const LEAST_SCORE = 95;

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

/** Runs of Lighthouse of which the best counts. */
const MOST_RUNS = 3;

interface AxeResult {
  readonly violations: ReadonlyArray<{
    readonly id: string;
    readonly help: string;
    readonly nodes: ReadonlyArray<{ readonly html: string }>;
  }>;
}

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
}

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'tickchat-audit-'));
const stayAlive = setInterval(() => {}, 60_000); // the servers don't keep this process alive
const servers = await startServers(folder);
try {
  await auditHtml();
  await auditStates();
  await auditPhone();
} finally {
  await servers.stop();
  rmSync(folder, { recursive: true });
  clearInterval(stayAlive);
}

function tell(what: string, figures: string, good: boolean): void {
  console.log(`${good ? 'ok  ' : 'OFF '} ${what}: ${figures}`);
  if (!good) process.exitCode = 1;
}

async function auditHtml(): Promise<void> {
  const flags = ['--config', join(ROOT, 'test/audit/html-validate.json')];
  const page = join(ROOT, 'dist/public/client.html');
  const command = join(TOOLS, 'html-validate/bin/html-validate.mjs');
  const found = await run(process.execPath, [command, ...flags, page]).then(
    () => '',
    (error: { stdout: string; stderr: string }) => `\n${error.stdout}${error.stderr}`,
  );
  tell('html-validate', found === '' ? 'nothing' : found, found === '');
}

async function auditStates(): Promise<void> {
  const axe = readFileSync(join(TOOLS, 'axe-core/axe.min.js'), 'utf8');
  const browser = await launchChromium();
  const open = servers.openIn(browser);
  for (const { name, enter } of STATES) {
    const chat = await enter(open);
    await chat.evaluate(`void (${JSON.stringify(axe)}, ${axe.replace(/;\s*$/, '')})`);
    const { violations } = await chat.evaluate<AxeResult>('axe.run()');
    const lines = violations.map(
      ({ id, help, nodes }) => `\n     ${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
    tell(`axe, ${name}`, lines.length === 0 ? 'nothing' : lines.join(''), lines.length === 0);
    await chat.page.context().close();
  }
  await browser.close();
}

async function auditPhone(): Promise<void> {
  const best: Record<string, number> = {};
  const allReached = (): boolean =>
    CATEGORIES.every((category) => (best[category] ?? 0) >= LEAST_SCORE);
  for (let runs = 0; runs < MOST_RUNS && !allReached(); runs += 1) {
    const { categories } = await lighthouse();
    for (const [category, { score }] of Object.entries(categories)) {
      best[category] = Math.max(best[category] ?? 0, Math.round(100 * (score ?? 0)));
    }
  }
  for (const category of CATEGORIES) {
    const score = best[category] ?? 0;
    const reached = score >= LEAST_SCORE;
    if (category === 'performance') {
      console.log(`${reached ? 'met ' : 'missed'} Lighthouse, ${category}: ${score}`);
    } else tell(`Lighthouse, ${category}`, String(score), reached);
  }
}

async function lighthouse(): Promise<Report> {
  const output = join(folder, 'lighthouse.json');
  const command = join(TOOLS, 'lighthouse/cli/index.js');
  const flags = [
    '--quiet',
    '--output=json',
    `--output-path=${output}`,
    `--only-categories=${CATEGORIES.join(',')}`,
    '--chrome-flags=--headless --no-sandbox --disable-gpu',
  ];
  const env = { ...process.env, CHROME_PATH: CHROMIUM };
  try {
    await run(process.execPath, [command, servers.url, ...flags], { env, timeout: 180_000 });
  } catch (error) {
    console.log(`Lighthouse failed: ${(error as Error).message}`);
    return { categories: {} }; // the next run counts
  }
  return JSON.parse(readFileSync(output, 'utf8')) as Report;
}
