import { WebSocket } from 'ws';
import { connect, type Client, type SocketConstructor } from '../../src/client/index.js';
import { startDaemon } from '../support/daemon.js';
import { Inbox } from '../support/inbox.js';

/** Results of a run of cut links. The last three must be 0. */
export interface CutFigures {
  readonly clients: number;
  readonly cuts: number;
  readonly messages: number;
  /** Seqs that a client did not receive, or received out of order. */
  readonly missing: number;
  /** Seqs that a client received twice. */
  readonly doubled: number;
  /** Clients that reported a gap. */
  readonly gaps: number;
}

/** Mean time between two cuts of a link, ms, and between two messages of a sender, ms. */
const CUT_EVERY_MS = 5000;
const SENDERS = 10;
const SAY_EVERY_MS = 20;

/**
 * Cuts the links of `count` clients at random for `seconds` while messages flow. Then every client
 * must have every message since its first join, once and in order.
 */
export async function cutLinks(count: number, seconds: number): Promise<CutFigures> {
  const history = ['--history', '100000', '--replay', '0'];
  const daemon = await startDaemon(['--rate', '0', ...history]);
  const links = new Set<WebSocket>();
  class CuttableSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      links.add(this);
      this.once('close', () => links.delete(this));
    }
  }
  const people = Array.from({ length: count }, () => listen(daemon.url, CuttableSocket));
  await Promise.all(people.map(({ joined }) => joined));

  let cuts = 0;
  const receipts: Array<Promise<unknown>> = [];
  const cutting = setInterval(() => {
    const victims = [...links].filter(() => Math.random() < 50 / CUT_EVERY_MS);
    for (const link of victims) link.terminate();
    cuts += victims.length;
  }, 50);
  const saying = setInterval(() => {
    const speaker = people[receipts.length % SENDERS];
    if (speaker !== undefined) receipts.push(speaker.client.send(`m${receipts.length}`));
  }, SAY_EVERY_MS);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  clearInterval(cutting);
  clearInterval(saying);

  await Promise.all(receipts);
  const last = receipts.length;
  await Promise.all(
    people.map(({ seqs }) => seqs.until(`seq ${last}`, (got) => got.at(-1) === last, 60_000)),
  );
  const figures = {
    clients: count,
    cuts,
    messages: last,
    missing: sum(people.map(({ seqs }) => gapsIn(seqs.items))),
    doubled: sum(people.map(({ seqs }) => seqs.items.length - new Set(seqs.items).size)),
    gaps: sum(people.map(({ gaps }) => gaps())),
  };
  for (const { client } of people) client.close();
  await daemon.stop();
  return figures;
}

function listen(url: string, CuttableSocket: SocketConstructor) {
  const client: Client = connect(url, { WebSocket: CuttableSocket });
  const seqs = new Inbox<number>();
  let gaps = 0;
  client.on('message', ({ seq }) => seqs.push(seq));
  client.on('gap', () => (gaps += 1));
  const joined = new Promise<void>((resolve) => {
    client.on('state', ({ name }) => name === 'connected' && resolve());
  });
  return { client, seqs, joined, gaps: () => gaps };
}

/**
 * Number of seqs of 1, 2, 3 … that are missing or out of order; all clients joined before the
 * first.
 */
function gapsIn(seqs: readonly number[]): number {
  return seqs.filter((seq, i) => seq !== i + 1).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
