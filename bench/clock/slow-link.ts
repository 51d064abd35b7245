import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fromRoot } from '../paths.js';

const NAMESPACE = 'tickchat-clock';
const [OUTER, INNER] = ['tickchat0', 'tickchat1'];
/** Addresses that are reserved for benchmarks (RFC 2544, RFC 5735). */
const [OUTER_ADDRESS, INNER_ADDRESS] = ['198.18.0.1', '198.18.0.2'];

/** A slow link to a server on this machine. */
export interface SlowLink {
  /** Name of the means: netem or a relay. */
  readonly means: string;
  /** URL of the server at the far end. */
  readonly url: string;
  /** Prefix of a command that is to run at the far end. */
  readonly prefix: readonly string[];
  remove(): void;
}

/**
 * Opens a link to the server on `port` with a delay of `meanMs` ± `jitterMs` each way: `tc netem`
 * at both ends of a network namespace, which needs root, or a relay where the kernel has no netem.
 */
export async function slowLink(port: number, meanMs: number, jitterMs: number): Promise<SlowLink> {
  try {
    return namespace(port, `${meanMs}ms`, `${jitterMs}ms`);
  } catch {
    removeNamespace();
    return relay(port, meanMs, jitterMs);
  }
}

function namespace(port: number, ...delay: readonly string[]): SlowLink {
  removeNamespace();
  run('ip', 'netns', 'add', NAMESPACE);
  run('ip', 'link', 'add', OUTER, 'type', 'veth', 'peer', 'name', INNER, 'netns', NAMESPACE);
  run('ip', 'addr', 'add', `${OUTER_ADDRESS}/30`, 'dev', OUTER);
  run('ip', 'link', 'set', OUTER, 'up');
  run('ip', '-n', NAMESPACE, 'addr', 'add', `${INNER_ADDRESS}/30`, 'dev', INNER);
  run('ip', '-n', NAMESPACE, 'link', 'set', INNER, 'up');
  run('ip', '-n', NAMESPACE, 'link', 'set', 'lo', 'up');
  const netem = ['root', 'netem', 'limit', '100000', 'delay', ...delay];
  run('tc', 'qdisc', 'add', 'dev', OUTER, ...netem);
  run('tc', '-n', NAMESPACE, 'qdisc', 'add', 'dev', INNER, ...netem);
  const prefix = ['ip', 'netns', 'exec', NAMESPACE];
  const url = `http://${OUTER_ADDRESS}:${port}/`;
  return { means: 'netem', url, prefix, remove: removeNamespace };
}

/** Starts relay.js with these arguments after the port. */
export async function relay(port: number, ...delay: readonly number[]): Promise<SlowLink> {
  const script = fromRoot('dist/bench/clock/relay.js');
  const child = spawn(process.execPath, [script, ...[port, ...delay].map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = (): boolean => child.kill();
  process.once('exit', end);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${Number(line)}/`;
  const remove = (): void => {
    process.removeListener('exit', end);
    end();
  };
  return { means: 'relay', url, prefix: [], remove };
}

/** Removes the link, if any. */
function removeNamespace(): void {
  for (const args of [
    ['netns', 'delete', NAMESPACE],
    ['link', 'delete', OUTER],
  ]) {
    try {
      run('ip', ...args);
    } catch {
      // There was no link, or it went with its namespace.
    }
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'ignore' });
}
