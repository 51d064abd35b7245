import { LmdbLog } from '../../src/server/log/lmdb.js';

/**
 * A process that has the log in the directory of its first argument open, until it is killed. It
 * says `open` first. If there is a second argument, it appends to the room `lobby` as fast as it can,
 * with ids that begin with that argument, and says `SEQ ID` of every message that was logged. If
 * there is a third, it exits with status 3 when it has logged so many, without closing the log.
 */
const [directory = '', prefix, exitAfter] = process.argv.slice(2);
/** Appends that are under way at once; many, so that a batch takes long, to be interrupted in it. */
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
