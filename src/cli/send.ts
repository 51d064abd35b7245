import type { Readable } from 'node:stream';
import type { Client } from '../client/index.js';
import { parseDuration } from '../server/config/parse.js';
import { UsageError } from './errors.js';
import {
  openClient,
  serverUrl,
  toError,
  watchFirstAttempt,
  whyNotConnected,
  type JoinFlags,
} from './open-client.js';
import { Receipts } from './receipts.js';
import { linesOf } from './text-lines.js';

/** Maximum number of messages without a receipt. It bounds the memory for a pipe of any length. */
const IN_FLIGHT = 100;

/** Flags of `tickchat send`; a flag that is not given is left out. */
export interface SendFlags extends JoinFlags {
  readonly timeout: string;
}

/** Runs `tickchat send`: resolves when every message has its receipt. */
export async function send(address: string, text: string, flags: SendFlags): Promise<void> {
  const url = serverUrl(address);
  const timeoutMs = parseTimeout(flags.timeout);
  if (text === '') throw new UsageError('text "": takes a message, or - for the standard input');
  const { timeout: _, ...join } = flags;
  const client = openClient(url, join);
  try {
    const failure = await (text === '-'
      ? sendLines(client, process.stdin, timeoutMs)
      : sendOne(client, text, timeoutMs));
    if (failure !== undefined) throw toError(client, flags, explain(client, failure));
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

/** Sends one message. Resolves with the failure, if any. */
async function sendOne(
  client: Client,
  text: string,
  timeoutMs: number,
): Promise<string | undefined> {
  const receipts = new Receipts(timeoutMs);
  watchFirstAttempt(client, (why) => receipts.fail(why));
  receipts.add(client.send(text), 'not sent');
  await receipts.below(1);
  return receipts.failure;
}

/** Sends each line of `input`, up to the first failure. Resolves with the failure, if any. */
async function sendLines(
  client: Client,
  input: Readable,
  timeoutMs: number,
): Promise<string | undefined> {
  const receipts = new Receipts(timeoutMs, () => {
    input.destroy(); // an open pipe would keep the process alive
  });
  watchFirstAttempt(client, (why) => receipts.fail(why));
  for await (const { number, text } of linesOf(input)) {
    if (receipts.failure !== undefined) break;
    if (text === '') continue;
    receipts.add(client.send(text), `line ${number} not sent`);
    await receipts.below(IN_FLIGHT);
  }
  await receipts.below(1);
  const { failure, receipted } = receipts;
  return failure === undefined ? undefined : `${failure}; receipts before that: ${receipted}`;
}

/** Names the cause where no server was reached. */
function explain(client: Client, failure: string): string {
  if (failure.startsWith('not connected')) return failure;
  const cause = whyNotConnected(client);
  if (cause !== undefined) return `${cause}; ${failure}`;
  const isConnecting = client.hello === undefined && client.state.name !== 'stopped';
  return isConnecting ? `not connected: ${failure}` : failure;
}
