import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const WRITER = fileURLToPath(new URL('./log-writer.js', import.meta.url));

/** A process that has a log open; see log-writer.ts. */
export interface LogProcess {
  readonly pid: number;
  /** Every whole line it has written. */
  readonly lines: readonly string[];
  /**
   * Resolves when it has written that many lines; rejects, with its standard error, if it ends
   * first.
   */
  untilLines(count: number): Promise<void>;
  /** Resolves with its exit status when it is gone; null if it was killed. */
  readonly exited: Promise<number | null>;
  /** Ends it at once, and resolves when it is gone and all that it wrote is in `lines`. */
  kill(): Promise<void>;
}

/** Starts one. `wrapper` is a command that runs it. */
export function startLogProcess(
  args: readonly string[],
  wrapper: readonly string[] = [],
): LogProcess {
  const [command = '', ...rest] = [...wrapper, process.execPath, WRITER, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const endWithTests = (): boolean => child.kill('SIGKILL');
  process.once('exit', endWithTests);
  child.once('close', () => process.off('exit', endWithTests));
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  let told = (): void => {};
  let partial = '';
  child.stdout.on('data', (data: Buffer) => {
    const parts = (partial + data.toString()).split('\n');
    partial = parts.pop() ?? '';
    lines.push(...parts);
    told();
  });
  return {
    pid: child.pid ?? 0,
    lines,
    exited: closed.then(([status]) => status as number | null),
    untilLines: (count) =>
      new Promise((resolve, reject) => {
        told = () => lines.length >= count && resolve();
        told();
        void closed.then(() => reject(new Error(`the process ended: ${errors}`)));
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
