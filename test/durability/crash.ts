import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connect, type Client, type Message } from '../../src/client/index.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { V1Client } from '../support/v1-client.js';

/** Results of a run of crashes. All but the first two must be 0. */
export interface CrashFigures {
  readonly rounds: number;
  readonly receipted: number;
  /** Receipts whose message is not in the log at its seq. */
  readonly lost: number;
  /** Messages that are in the log more than once. */
  readonly doubled: number;
  /** Gaps in 1, 2, 3 … */
  readonly holes: number;
  /** Clients that reported a gap. */
  readonly gaps: number;
}

/** Shortest and longest time until a server is killed, ms. */
const LIFE_MS = [20, 300] as const;

/**
 * Kills a server (SIGKILL) repeatedly while `senders` clients send as fast as receipts arrive, then
 * compares the receipts with the log.
 */
export async function crash(
  rounds: number,
  senders: number,
  directory: string,
): Promise<CrashFigures> {
  const args = ['--data-dir', directory, '--rate', '0', '--history', '1000000', '--tick', '100ms'];
  let daemon = await startDaemon(args);
  const { port } = daemon;
  const receipts: Message[] = [];
  let gaps = 0;
  let done = false;
  const clients = Array.from({ length: senders }, (_, i) => {
    const client = connect(daemon.url, { name: `sender ${i}`, WebSocket });
    client.on('gap', () => (gaps += 1));
    return client;
  });
  const talking = clients.map((client, i) =>
    talk(client, `${i}`, receipts, () => done).catch((error: unknown) => error),
  );
  for (let round = 0; round < rounds; round++) {
    await everyoneConnected(clients);
    await delay(LIFE_MS[0] + Math.random() * (LIFE_MS[1] - LIFE_MS[0]));
    await daemon.kill();
    daemon = await startDaemon([...args, '--port', String(port)]);
    for (const client of clients) client.reconnect();
  }
  done = true;
  await Promise.all(talking);
  for (const client of clients) client.close();
  const log = await wholeLog(daemon);
  await daemon.stop();
  return { rounds, receipted: receipts.length, gaps, ...compare(receipts, log) };
}

async function talk(
  client: Client,
  name: string,
  receipts: Message[],
  done: () => boolean,
): Promise<void> {
  for (let n = 0; !done(); n++) receipts.push(await client.send(`${name}:${n}`));
}

async function everyoneConnected(clients: readonly Client[]): Promise<void> {
  await Promise.all(
    clients.map(
      (client) =>
        new Promise<void>((resolve) => {
          if (client.state.name === 'connected') return resolve();
          const off = client.on('state', ({ name }) => {
            if (name !== 'connected') return;
            off();
            resolve();
          });
        }),
    ),
  );
}

/** All messages from seq 1, as a new client gets them. */
async function wholeLog(daemon: Daemon): Promise<readonly Message[]> {
  const first = await V1Client.join(daemon.port);
  const { log } = await first.hello();
  const all = await V1Client.join(daemon.port, { after: { epoch: log.epoch, seq: 0 } });
  const { recovered } = await all.hello();
  if (recovered !== true) throw new Error('the log does not go back to its beginning');
  const messages = all.all('msg');
  first.ws.terminate();
  all.ws.terminate();
  return messages;
}

function compare(receipts: readonly Message[], log: readonly Message[]) {
  const lost = receipts.filter(({ seq, text }) => log[seq - 1]?.text !== text).length;
  const doubled = log.length - new Set(log.map(({ text }) => text)).size;
  const holes = log.filter(({ seq }, i) => seq !== i + 1).length;
  return { lost, doubled, holes };
}
