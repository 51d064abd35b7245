import { join } from 'node:path';
import type { Speaking } from '../src/cli/bench/run.js';
import { certificateOfRun } from './certificate.js';
import type { Contender } from './contender.js';
import { fromRoot } from './paths.js';
import { temporaryDirectory } from './temporary-directory.js';
import { v1Dialect, v1SparseDialect } from './v1-dialect.js';

/** A way to run tickchat. */
interface Variant {
  readonly name: string;
  /** Further options of `serve`; undefined if it can't run here. */
  readonly options?: () => readonly string[] | undefined;
  readonly speaking?: Speaking;
  readonly tls?: boolean;
}

/** No limits on clients and messages; the log is in memory. */
const OPTIONS =
  '--port 0 --host 127.0.0.1 --log-format json --rate 0 --max-message 64kb --max-clients 0 --max-clients-per-ip 0';

function ownContender(variant: Variant, root = fromRoot('.')): Contender {
  const { name, options = () => [], speaking, tls = false } = variant;
  return {
    name,
    tls,
    ...(speaking === undefined ? {} : { speaking }),
    command: () => {
      const further = options();
      return (
        further && {
          command: process.execPath,
          args: [join(root, 'bin/tickchat.js'), 'serve', ...OPTIONS.split(' '), ...further],
          port: /"port":(\d+)/,
        }
      );
    },
    from: (checkout) => {
      const before = name.replace(/^tickchat(\.v1)?/, '$& before');
      return ownContender({ ...variant, name: before }, checkout);
    },
  };
}

const v1: Speaking = {
  dialect: v1Dialect,
  workerUrl: new URL('v1-worker.js', import.meta.url),
};

const v1Sparse: Speaking = {
  dialect: v1SparseDialect,
  workerUrl: new URL('v1-sparse-worker.js', import.meta.url),
};

const onDisk = () => ['--data-dir', temporaryDirectory()];

/** The plain protocol. */
export const tickchat = ownContender({ name: 'tickchat' });

/** The same over TLS. */
export const tickchatTls = ownContender({
  name: 'tickchat over TLS',
  tls: true,
  options: () => {
    const files = certificateOfRun();
    return files && ['--tls-cert', files.cert, '--tls-key', files.key];
  },
});

/** The plain protocol, with the log on the disk. */
export const tickchatLmdb = ownContender({ name: 'tickchat, log in lmdb', options: onDisk });

/** tickchat.v1: every message has an author, a seq and a receipt. */
export const tickchatV1 = ownContender({ name: 'tickchat.v1, log in memory', speaking: v1 });

/** The same, with each message on the disk (fsync) before it is delivered. */
export const tickchatV1Lmdb = ownContender({
  name: 'tickchat.v1, log in lmdb',
  speaking: v1,
  options: onDisk,
});

/** tickchat.v1 with ticks of 100 ms; the clients ask for sparse ticks. */
export const sparseTicksOf100ms = ticking('sparse ticks', '100ms', v1Sparse);

export const sparseTicksOf10ms = ticking('sparse ticks', '10ms', v1Sparse);

/** The same; each client gets every tick. */
export const everyTickOf10ms = ticking('every tick', '10ms', v1);

function ticking(ticks: string, period: string, speaking: Speaking): Contender {
  const name = `tickchat.v1, ${ticks} of ${period.replace('ms', ' ms')}`;
  return ownContender({ name, speaking, options: () => ['--tick', period] });
}
