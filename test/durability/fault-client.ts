import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

/** Number of answers (receipts and failures) to messages that a client has sent. */
export function answers(client: V1Client): number {
  return client.all('msg').length + client.all('fail').length;
}

/** Sends a message once; resolves with its seq, or undefined if the server answered with `fail`. */
export async function trySend(client: V1Client, id: string): Promise<number | undefined> {
  const [receipts, answered] = [client.all('msg').length, answers(client)];
  client.send('msg', { id, text: id });
  await client.inbox.until(`an answer to ${id}`, () => answers(client) > answered);
  return client.all('msg')[receipts]?.seq;
}

/** Sends a message, again with the same id after each failure; resolves with its seq. */
export async function sendUntilLogged(client: V1Client, id: string): Promise<number> {
  let seq: number | undefined;
  await until(`${id} is logged`, async () => (seq = await trySend(client, id)) !== undefined);
  return seq ?? 0;
}

/** Resolves when a client has got `count` more ticks, none of them repeated. */
export async function moreTicks(client: V1Client, count: number): Promise<void> {
  const ticks = (): unknown[] =>
    client.inbox.items.filter(({ verb }) => verb === 'tick').map(({ payload }) => payload);
  const before = ticks().length;
  await client.inbox.until('more ticks', () => ticks().length >= before + count);
  const numbers = ticks().map(Number);
  if (numbers.some((n, i) => i > 0 && n <= (numbers[i - 1] ?? n))) {
    throw new Error(`ticks are not ascending: ${numbers.join(' ')}`);
  }
}
