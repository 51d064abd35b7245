import { LmdbLog } from '../../src/server/log/lmdb/lmdb-log.js';

/**
 * A process that has the log in the directory of its first argument open until it is killed. It
 * writes the line `open` first. With a second argument it appends to the room `lobby` continuously,
 * with ids that begin with that argument, and writes `SEQ ID` for each logged message. With a third
 * argument it exits with status 3 after so many messages, without closing the log.
 */
const [directory = '', prefix, exitAfter] = process.argv.slice(2);
/** Number of concurrent appends: many, so that a batch takes long and can be interrupted. */
const CONCURRENCY = exitAfter === undefined ? 64 : 1024;
let logged = 0;

const log = new LmdbLog({ directory, historyPerRoom: 1_000_000, now: Date.now });
await log.open(() => {});
process.stdout.write('open\n');
if (prefix !== undefined) {
  await Promise.all(Array.from({ length: CONCURRENCY }, (_, i) => appendForEver(`${prefix}-${i}`)));
}

async function appendForEver(author: string): Promise<void> {
  for (let i = 0; ; i += 1) {
    const id = `${author}-${i}`;
    const from = { id: author, name: 'a writer' };
    const { entry } = await log.append({ room: 'lobby', from, text: `message ${id}`, id });
    process.stdout.write(`${entry.seq} ${id}\n`);
    logged += 1;
    if (logged === Number(exitAfter)) setTimeout(() => process.exit(3), Math.random() * 6);
  }
}
