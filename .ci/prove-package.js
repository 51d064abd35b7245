/**
 * Proves the package as a user gets it: packs it, runs the archive with npx in an empty folder, and
 * fetches the page with its script and style, the client library and /healthz. Leaves nothing
 * behind.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from './server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'tickchat-package-'));
try {
  await provePackage();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function provePackage() {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const archive = pack(empty);
  const serve = ['serve', '--port', '0', '--host', '127.0.0.1', '--log-format', 'json'];
  const server = await ServerProcess.start('npx', ['--yes', `./${archive}`, ...serve], {
    cwd: empty,
    env: { ...process.env, npm_config_cache: ownNpxCache() },
  });
  try {
    await proveServer(server.base);
  } finally {
    await server.stop();
  }
  console.log(`${archive}: npx runs it; the page, the client library and /healthz are served`);
}

/** Packs the package into `target` and returns the name of the archive. */
function pack(target) {
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', target], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // The output of `prepare` comes before the JSON.
  const [{ filename }] = JSON.parse(output.slice(output.search(/^\[/m)));
  return filename;
}

/** A cache with npm's own downloads, so that none is repeated, and with installs of its own. */
function ownNpxCache() {
  const cache = join(folder, 'npm');
  const shared = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  mkdirSync(cache);
  mkdirSync(join(shared, '_cacache'), { recursive: true });
  symlinkSync(join(shared, '_cacache'), join(cache, '_cacache'));
  return cache;
}

async function proveServer(base) {
  const page = await fetched(`${base}/`);
  for (const pattern of [
    /<script type="module" src="(assets\/page-\w+\.js)"/,
    /<link rel="stylesheet" href="(assets\/style-\w+\.css)"/,
  ]) {
    const path = pattern.exec(page)?.[1];
    if (path === undefined) throw new Error(`the page has nothing like ${pattern}`);
    await fetched(`${base}/${path}`);
  }
  await fetched(`${base}/client.js`);
  const health = await fetched(`${base}/healthz`);
  if (health !== 'ok\n') throw new Error(`/healthz says ${JSON.stringify(health)}`);
}

async function fetched(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  const text = await response.text();
  if (!response.ok || text === '') throw new Error(`${url}: ${response.status}, "${text}"`);
  return text;
}
