import { isAbsolute, parse } from 'node:path';

/** Variables of systemd, which are meant for the server alone (sd_notify(3)). */
const OF_SYSTEMD = ['NOTIFY_SOCKET', 'WATCHDOG_PID', 'WATCHDOG_USEC'];

/**
 * Environment of the log process. NODE_OPTIONS may be needed to find packages, but a second
 * inspector would find its port taken. Warnings of Node are the server's business.
 */
export function environmentFrom(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...variables, NODE_NO_WARNINGS: '1' };
  for (const name of OF_SYSTEMD) delete environment[name];
  const options = variables['NODE_OPTIONS'];
  if (options !== undefined) environment['NODE_OPTIONS'] = withoutInspector(options);
  return environment;
}

function withoutInspector(options: string): string {
  const words = options.split(' ');
  const isPort = (word = ''): boolean => word === '--inspect-port' || word === '--debug-port';
  const isInspector = (word: string): boolean =>
    word.startsWith('--inspect') || word.startsWith('--debug-port');
  return words.filter((word, i) => !isInspector(word) && !isPort(words[i - 1])).join(' ');
}

/**
 * Working directory of the log process. The server's own may have been removed, and no process
 * starts there.
 */
export function directoryFor(dataDirectory: string): string | undefined {
  return isAbsolute(dataDirectory) ? parse(dataDirectory).root : undefined;
}
