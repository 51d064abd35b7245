import { pino } from 'pino';
import type { OptionName } from '../../src/server/config/options.js';
import { flagSource, resolveConfig } from '../../src/server/config/resolve.js';
import { startServer, type RunningServer } from '../../src/server/server.js';

/** A server in this process, on a free port of this machine only. */
export interface TestServer extends RunningServer {
  readonly port: number;
  /** `http://127.0.0.1:port` */
  readonly url: string;
}

/** Starts a server with these options, written as one would on the command line. */
export async function startTestServer(
  options: Partial<Record<OptionName, string>> = {},
): Promise<TestServer> {
  const flags = { port: '0', host: '127.0.0.1', drainTimeout: '2s', ...options };
  const resolved = resolveConfig([flagSource(flags)]);
  if (!resolved.ok) throw new Error(resolved.error);
  const server = await startServer(resolved.config, pino({ level: 'silent' }));
  const [{ port }] = server.listening;
  return Object.assign(Object.create(server) as RunningServer, {
    port,
    url: `http://127.0.0.1:${port}`,
  });
}
