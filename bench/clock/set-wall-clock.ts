import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PlainClient } from '../../test/support/plain-client.js';
import { startDaemon, type Daemon } from '../../test/support/daemon.js';

/** Debian's package `faketime`. */
const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const PERIOD_MS = 100;
/** Run time of the server after each change, ms. */
const AFTER_MS = 3000;

/**
 * Sets the server's wall clock forward and back by an hour while it runs, and over a restart with a
 * data directory. Returns every tick that it sent.
 */
export async function ticksThroughSetClocks(): Promise<number[]> {
  if (!existsSync(LIBRARY)) throw new Error(`${LIBRARY} is missing: install the package faketime`);
  const folder = mkdtempSync(join(tmpdir(), 'tickchat-clock-'));
  const file = join(folder, 'offset');
  const set = (offset: string): void => writeFileSync(file, `${offset}\n`);
  const variables = {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const args = ['--tick', `${PERIOD_MS}ms`, '--data-dir', join(folder, 'data')];
  const ticks: number[] = [];
  try {
    set('+0');
    let daemon = await startDaemon(args, variables);
    await hear(daemon, ticks, ['+0', '+1h', '-1h', '+0'], set);
    for (const offset of ['-1h', '+1h', '+0']) {
      await daemon.stop();
      set(offset);
      daemon = await startDaemon(args, variables);
      await hear(daemon, ticks, [offset], set);
    }
    await daemon.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
  return ticks;
}

async function hear(
  daemon: Daemon,
  ticks: number[],
  offsets: readonly string[],
  set: (offset: string) => void,
): Promise<void> {
  const client = await PlainClient.connect(daemon.port);
  for (const offset of offsets) {
    set(offset);
    await delay(AFTER_MS);
  }
  ticks.push(...client.ticks);
  client.ws.terminate();
}
