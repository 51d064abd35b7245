/**
 * Proves the package as a stranger gets it: packs it, runs the archive with npx in an empty folder,
 * and fetches the page, the page's script, the client library and /healthz from it. Leaves nothing behind.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How long npx may take to install the archive and the server to say that it listens, ms. */
const START_TIMEOUT_MS = 120_000;
/** How long it may take to stop, ms. */
const STOP_TIMEOUT_MS = 15_000;

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
  // A process group of its own: a signal to npx alone would not reach the server.
  const server = spawn(
    'npx',
    [
      '--yes',
      `./${archive}`,
      'serve',
      '--port',
      '0',
      '--host',
      '127.0.0.1',
      '--log-format',
      'json',
    ],
    {
      cwd: empty,
      env: { ...process.env, npm_config_cache: ownNpxCache() },
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const closed = once(server, 'close');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abandon(server, signal));
  try {
    const port = await portOf(server);
    await proveServer(`http://127.0.0.1:${port}`);
  } finally {
    await stop(server, closed);
  }
  console.log(
    `${archive}: npx runs it; the page, its script, the client library and /healthz are served`,
  );
}

/** Packs the package into `target` and returns the name of the archive. */
function pack(target) {
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', target], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // What `prepare` prints comes before the JSON.
  const [{ filename }] = JSON.parse(output.slice(output.search(/^\[/m)));
  return filename;
}

/** A cache whose downloads are npm's own, so that none is repeated, and whose installs are ours. */
function ownNpxCache() {
  const cache = join(folder, 'npm');
  const shared = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  mkdirSync(cache);
  mkdirSync(join(shared, '_cacache'), { recursive: true });
  symlinkSync(join(shared, '_cacache'), join(cache, '_cacache'));
  return cache;
}

/** The port from the server's log; rejects if the server ends first or takes too long. */
async function portOf(server) {
  const timeout = setTimeout(() => server.stdout.destroy(), START_TIMEOUT_MS);
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      console.log(line);
      const { port } = JSON.parse(line);
      if (port !== undefined) return port;
    }
  } finally {
    clearTimeout(timeout);
  }
  throw new Error('the server did not say which port it listens on');
}

async function proveServer(base) {
  const page = await fetched(`${base}/`);
  const script = /<script[^>]+type="module"[^>]+src="([^"]+)"/.exec(page)?.[1];
  if (script === undefined) throw new Error('the page has no script');
  const url = new URL(script, base);
  if (url.pathname !== '/js/page/main.js') throw new Error(`the page's script is ${url.pathname}`);
  await fetched(url.href);
  await fetched(`${base}/client.js`);
  await fetched(`${base}/js/client/index.js`);
  const health = await fetched(`${base}/healthz`);
  if (health !== 'ok\n') throw new Error(`/healthz says ${JSON.stringify(health)}`);
}

async function fetched(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  const text = await response.text();
  if (!response.ok || text === '') throw new Error(`${url}: ${response.status}, "${text}"`);
  return text;
}

/** Ends everything that was started; rejects if it had to be forced. */
async function stop(server, closed) {
  server.stdout.resume();
  if (!signalGroup(server, 'SIGTERM')) return;
  let forced = false;
  const timeout = setTimeout(() => {
    forced = true;
    signalGroup(server, 'SIGKILL');
  }, STOP_TIMEOUT_MS);
  await closed;
  clearTimeout(timeout);
  if (forced) throw new Error('the server did not stop');
}

/** Interrupted: the group is not in the foreground and would stay. */
function abandon(server, signal) {
  signalGroup(server, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  process.kill(process.pid, signal);
}

/** Whether there was anything left to signal. */
function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
