import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run dev [-- OPTIONS OF SERVE]`: builds and serves; after each change under src or public it
 * builds again, restarts the server and reloads the page (see dev-reload). A build that fails
 * leaves the server running.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Options of the server, which the command line overrides. */
const DEFAULTS = ['--host', '127.0.0.1', '--drain-timeout', '0s'];
/** Quiet time after a change before the build, ms: editors write several files. */
const SETTLE_MS = 100;
/** Longest wait for the end of the server, ms. */
const STOP_TIMEOUT_MS = 2000;

/** Directories to watch. */
const SOURCES = ['src', 'public'];

let server: ChildProcess | undefined;
let settle: NodeJS.Timeout | undefined;
let building = false;
let changed = false;

for (const folder of SOURCES) {
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(settle);
    settle = setTimeout(() => void update(), SETTLE_MS);
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void stop().then(() => process.exit(0)));
}
await restart();

/** Builds and restarts, once more if something has changed meanwhile. */
async function update(): Promise<void> {
  changed = true;
  if (building) return;
  building = true;
  while (changed) {
    changed = false;
    if (await build()) await restart();
  }
  building = false;
}

async function build(): Promise<boolean> {
  const child = spawn('npm', ['run', '--silent', 'build'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32', // npm is a script there
  });
  await once(child, 'close');
  console.log(child.exitCode === 0 ? 'dev: built' : 'dev: the build has failed');
  return child.exitCode === 0;
}

async function restart(): Promise<void> {
  await stop();
  const reload = new URL('dev-reload.js', import.meta.url).href;
  const args = ['--import', reload, join(ROOT, 'bin/tickchat.js'), 'serve', ...DEFAULTS];
  server = spawn(process.execPath, [...args, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}

async function stop(): Promise<void> {
  const running = server;
  if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
  const closed = once(running, 'close');
  running.kill('SIGTERM');
  const timeout = setTimeout(() => running.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await closed;
  clearTimeout(timeout);
}
