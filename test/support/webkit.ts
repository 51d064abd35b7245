import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';
import { until } from './until.js';

/** Where Debian's packages put them. What isn't there fails the test that needs it. */
const XVFB = '/usr/bin/Xvfb';
const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver';
const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/** WebKitGTK's own browser on a display that nobody sees. */
export interface WebKit {
  readonly driver: WebDriver;
  close(): Promise<void>;
}

/** Starts a display, the driver and the browser; rejects if one of them doesn't come. */
export async function launchWebKit(): Promise<WebKit> {
  const display = await startDisplay();
  const port = await freePort();
  const service = start(
    WEBKIT_DRIVER,
    ['--host=127.0.0.1', `--port=${port}`],
    `:${display.number}`,
  );
  const url = `http://127.0.0.1:${port}`;
  await until('WebKitWebDriver', async () => {
    const answer = await fetch(`${url}/status`).catch(() => undefined);
    return answer?.ok ?? false;
  });
  const capabilities = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
  });
  const driver = await new Builder().usingServer(url).withCapabilities(capabilities).build();
  return {
    driver,
    async close() {
      await driver.quit();
      for (const child of [service, display.process]) await end(child);
    },
  };
}

async function startDisplay() {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const child = start(XVFB, args);
  const numbers = child.stdio[3];
  if (numbers === null || numbers === undefined) throw new Error('no pipe from Xvfb');
  const [number] = (await Promise.race([
    once(numbers, 'data'),
    once(child, 'exit').then(() => {
      throw new Error('Xvfb did not start');
    }),
  ])) as [Buffer];
  return { process: child, number: String(number).trim() };
}

/** A child that doesn't outlive the tests. */
function start(command: string, args: readonly string[], display?: string): ChildProcess {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: display === undefined ? process.env : { ...process.env, DISPLAY: display },
  });
  const endWithTests = (): boolean => child.kill('SIGKILL');
  process.once('exit', endWithTests);
  child.once('exit', () => process.off('exit', endWithTests));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a path
  server.close();
  await once(server, 'close');
  return port;
}
