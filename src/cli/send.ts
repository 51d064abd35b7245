import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Command, Option } from 'commander';
import type { Client } from '../client/index.js';
import { parseDuration } from '../server/config/units.js';
import { UsageError } from './errors.js';
import { faultOf, openClient, serverUrl, type JoinFlags } from './open-client.js';
import { Receipts } from './receipts.js';

const HELP = `
Empty lines are left out. What is sent again after a lost connection is said
once all the same. Exit status: 0 if the server has receipted every message,
1 if not, 2 if an option has a value that can't be.`;

/** Messages on their way at once: enough to fill a line, few enough for a pipe of any length. */
const IN_FLIGHT = 100;

interface SendFlags extends JoinFlags {
  readonly timeout: string;
}

/** `tickchat send`. */
export function sendCommand(): Command {
  return new Command('send')
    .description('Say one message, or every line of the standard input.')
    .argument('<url>', 'http://HOST:PORT/, ws://HOST:PORT/ws or HOST:PORT')
    .argument('<text>', "what to say; '-' for the lines of the standard input")
    .option('--room <name>', 'where to say it (default: the ?room= of the URL, or lobby)')
    .option('--name <name>', 'who says it (default: the server gives one)')
    .option('--token <token>', 'for a server that asks for one')
    .addOption(
      new Option('--timeout <time>', 'longest wait for the next receipt').default('10s', '10s'),
    )
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(send);
}

async function send(address: string, text: string, flags: SendFlags): Promise<void> {
  const url = serverUrl(address);
  const timeoutMs = parseTimeout(flags.timeout);
  if (text === '') throw new UsageError('text "": takes a message, or - for the standard input');
  const { timeout: _, ...join } = flags;
  const client = openClient(url, join);
  try {
    const failure = await (text === '-'
      ? sayLines(client, process.stdin, timeoutMs)
      : sayOne(client, text, timeoutMs));
    if (failure !== undefined) throw faultOf(client, flags, explain(client, failure));
  } finally {
    client.close();
  }
}

function parseTimeout(text: string): number {
  const timeoutMs = parseDuration(text);
  if (timeoutMs !== undefined && timeoutMs > 0 && timeoutMs <= 3_600_000) return timeoutMs;
  throw new UsageError(
    `--timeout ${JSON.stringify(text)}: takes a duration from 1ms to 1h, such as 500ms or 10s`,
  );
}

/** Resolves with what went wrong, if something did. */
async function sayOne(
  client: Client,
  text: string,
  timeoutMs: number,
): Promise<string | undefined> {
  const receipts = new Receipts(timeoutMs);
  receipts.add(client.send(text), 'not sent');
  await receipts.below(1);
  return receipts.failure;
}

/** The same for each line of `input`. After a failure it reads no further. */
async function sayLines(
  client: Client,
  input: Readable,
  timeoutMs: number,
): Promise<string | undefined> {
  const lines = createInterface({ input, crlfDelay: Infinity });
  const receipts = new Receipts(timeoutMs, () => {
    lines.close();
    input.destroy(); // else an open pipe would keep the process
  });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (receipts.failure !== undefined) break;
    if (line === '') continue;
    receipts.add(client.send(line), `line ${number} not sent`);
    await receipts.below(IN_FLIGHT);
  }
  await receipts.below(1);
  const { failure, receipted } = receipts;
  return failure === undefined ? undefined : `${failure}; receipted before: ${receipted}`;
}

/** Whether it was the message or the connection. */
function explain(client: Client, failure: string): string {
  return client.hello === undefined && client.state.name !== 'stopped'
    ? `not connected: ${failure}`
    : failure;
}
