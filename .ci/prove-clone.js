/**
 * Proves a clone as a newcomer gets it, on the Node that runs this script: `npm ci`, then
 * `npx tickchat serve`, a message by curl, `tickchat send`, and both messages after a `kill -9`.
 * Leaves nothing behind.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServerProcess } from './server-process.js';

const SOURCE = dirname(dirname(fileURLToPath(import.meta.url)));

const folder = mkdtempSync(join(tmpdir(), 'tickchat-clone-'));
try {
  await proveClone(join(folder, 'clone'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function proveClone(clone) {
  run('git', ['clone', '--quiet', SOURCE, clone], folder);
  run('npm', ['ci', '--no-audit', '--no-fund'], clone);
  const serve = ['serve', '--port', '0', '--host', '127.0.0.1', '--log-format', 'json'];
  const withData = [...serve, '--data-dir', join(folder, 'data')];
  const first = await ServerProcess.start('npx', ['tickchat', ...withData], { cwd: clone });
  await afterwards(first, 'kill', async () => {
    run('curl', ['-sS', '--fail', '-d', 'by curl', messagesOf(first)], clone);
    run('npx', ['tickchat', 'send', first.base, 'by send'], clone);
  });
  // Directly, without npx: what a newer Node warns about is an error here.
  const bin = ['--throw-deprecation', 'bin/tickchat.js', ...withData];
  const second = await ServerProcess.start(process.execPath, bin, { cwd: clone });
  await afterwards(second, 'stop', () => {
    const answer = run('curl', ['-sS', '--fail', messagesOf(second)], clone);
    const texts = JSON.parse(answer).messages.map(({ text }) => text);
    if (texts.join() !== 'by curl,by send') throw new Error(`after kill -9: ${answer}`);
  });
  console.log(`Node ${process.version}: a clone installs, serves, and keeps messages over kill -9`);
}

/** Does `work` while `server` runs and ends it, whatever comes of the work. */
async function afterwards(server, end, work) {
  try {
    await work();
  } finally {
    await server[end]();
  }
}

function messagesOf({ base }) {
  return `${base}/api/rooms/lobby/messages`;
}

function run(command, args, cwd) {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
