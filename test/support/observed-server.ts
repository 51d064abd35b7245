import { startDaemon, type Daemon } from './daemon.js';
import { scrape } from './metrics.js';

/** A server process of which log lines and metrics are read. */
export interface ObservedServer extends Daemon {
  /** Sum of all samples of a metric. */
  metric(name: string): Promise<number>;
  /** The causes in the log lines with this message, the oldest first. */
  causes(message: string): string[];
}

/** Starts one; the arguments are those of {@link startDaemon}. */
export async function startObservedServer(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<ObservedServer> {
  const daemon = await startDaemon(['--metrics', '127.0.0.1:0', ...args], variables);
  await daemon.untilLine('metrics on http');
  const port = Number(/metrics on http:\/\/127\.0\.0\.1:(\d+)/.exec(daemon.logLines().join())?.[1]);
  return {
    ...daemon,
    metric: async (name) => {
      const { samples } = await scrape(port);
      const own = [...samples].filter(([sample]) => sample.replace(/\{.*/, '') === name);
      if (own.length === 0) throw new Error(`there is no metric ${name}`);
      return own.reduce((sum, [, value]) => sum + value, 0);
    },
    causes: (message) =>
      daemon
        .logLines()
        .map((line) => JSON.parse(line) as { readonly msg: string; readonly cause?: string })
        .filter(({ msg, cause }) => msg === message && cause !== undefined)
        .map(({ cause }) => cause ?? ''),
  };
}
