import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startDaemon, type Daemon } from '../../test/support/daemon.js';
import { PlainClient } from '../../test/support/plain-client.js';
import { fromRoot } from '../paths.js';
import { chromiumFirings } from './chromium-clients.js';
import { clockErrors, figures, latenesses, quantile, spreads, type Firing } from './firing.js';
import { ticksThroughSetClocks } from './set-wall-clock.js';
import { slowLink } from './slow-link.js';
import { measureTruth } from './truth.js';

/** What has to hold of how late ticks are fired, early counting as late, or how far apart. Ms. */
interface Bar {
  readonly p95: number;
  readonly p99?: number;
}

const TICK = '200ms';
const [seconds = 30] = process.argv.slice(2).map(Number);
let failed = false;

/** A daemon that the tests start keeps no process alive. */
const alive = setInterval(() => {}, 1000);

/** `npm run bench:clock [SECONDS]`, as root: when clients fire ticks, by true server time. */
await onLink(50, 20, 'Node', { p95: 12, p99: 20 }, nodeFirings(40));
await onLink(50, 20, 'Chromium', { p95: 12, p99: 20 }, chromiumPages(6));
await onLink(5, 1, 'Node', { p95: 2 }, nodeFirings(40));
await onLink(5, 1, 'Chromium', { p95: 2 }, chromiumPages(6));
await onLoopback('Node', { p95: 0.5 }, nodeFirings(10));
await onLoopback('Chromium', { p95: 4 }, chromiumPages(3));
await stopped();
await thousand();
await setClocks();
clearInterval(alive);
process.exitCode = failed ? 1 : 0;

type Run = (url: string, prefix: readonly string[]) => Promise<Firing[]>;

function nodeFirings(clients: number): Run {
  return async (url, prefix) => {
    const script = fromRoot('dist/bench/clock/node-clients.js');
    const line = [...prefix, process.execPath, script, url, String(clients), String(seconds)];
    const [command = process.execPath, ...args]: readonly string[] = line;
    const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 2 ** 30 });
    return JSON.parse(stdout) as Firing[];
  };
}

function chromiumPages(pages: number): Run {
  return (url, prefix) => chromiumFirings(url, pages, seconds, prefix);
}

async function onLink(
  mean: number,
  jitter: number,
  name: string,
  bar: Bar,
  run: Run,
): Promise<void> {
  const daemon = await startDaemon(['--host', '0.0.0.0', '--tick', TICK]);
  const link = await slowLink(daemon.port, mean, jitter);
  try {
    const firings = await run(link.url, link.prefix);
    await judge(`${name}, ${mean} ± ${jitter} ms each way (${link.means})`, daemon, firings, bar);
  } finally {
    link.remove();
    await daemon.kill();
  }
}

async function onLoopback(name: string, bar: Bar, run: Run): Promise<void> {
  const daemon = await startDaemon(['--tick', TICK]);
  await judge(`${name}, loopback`, daemon, await run(daemon.url, []), bar);
  await daemon.kill();
}

/** The server stands still for 3 s in the middle: clients must not notice. */
async function stopped(): Promise<void> {
  const daemon = await startDaemon(['--tick', TICK]);
  const plain = await PlainClient.connect(daemon.port);
  setTimeout(() => daemon.process.kill('SIGSTOP'), 6000);
  setTimeout(() => daemon.process.kill('SIGCONT'), 9000);
  const firings = await nodeFirings(10)(daemon.url, []);
  await judge('Node, loopback, server stopped for 3 s', daemon, firings, { p95: 0.5 });
  const missing = Array.from({ length: 10 }, (_, client) => {
    const numbers = firings.filter((firing) => firing.client === client).map(({ n }) => n);
    return numbers.filter((n, index) => index > 0 && n !== (numbers[index - 1] ?? n) + 1).length;
  });
  report(
    'ticks out of turn at the clients',
    missing.join(' '),
    missing.every((n) => n === 0),
  );
  const gaps = plain.ticks.slice(1).map((n, index) => n - (plain.ticks[index] ?? n));
  const once = gaps.filter((gap) => gap !== 1).length === 1 && Math.min(...gaps) === 1;
  report('the server’s own ticks pass over', `${Math.max(...gaps) - 1}, once`, once);
  plain.ws.terminate();
  await daemon.kill();
}

async function setClocks(): Promise<void> {
  const ticks = await ticksThroughSetClocks();
  const back = ticks.filter((n, index) => index > 0 && n <= (ticks[index - 1] ?? n)).length;
  const words = `${ticks.length} ticks, ${ticks[0]} to ${ticks.at(-1)}, ${back} repeat or go back`;
  report('wall clock set by an hour, forth, back and over restarts', words, back === 0);
}

async function thousand(): Promise<void> {
  const daemon = await startDaemon(['--tick', '1s', '--max-clients-per-ip', '0']);
  const firings = await nodeFirings(1000)(daemon.url, []);
  const apart = spreads(firings);
  const bar = quantile(apart, 0.95) <= 5;
  report('1,000 Node clients: after the first that fired the tick', figures(apart), bar);
  await daemon.kill();
}

async function judge(name: string, daemon: Daemon, firings: Firing[], bar: Bar): Promise<void> {
  const { offset } = await measureTruth(daemon.port);
  const off = latenesses(firings, offset).map(Math.abs);
  const errors = clockErrors(firings, offset).map(Math.abs);
  const met = quantile(off, 0.95) <= bar.p95 && quantile(off, 0.99) <= (bar.p99 ?? Infinity);
  report(name, figures(off), met);
  console.log(`        their clocks were off by ${figures(errors)}`);
}

function report(name: string, words: string, met: boolean): void {
  failed ||= !met;
  console.log(`${met ? 'met   ' : 'missed'}  ${name}: ${words}`);
}
