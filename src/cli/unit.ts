import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { UsageError } from './errors.js';
import { unitFor, type Installation } from './unit-paths.js';

/** Where the package is, without a slash at the end. */
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** What the service can't see: its unit has ProtectHome= and PrivateTmp=. */
const HIDDEN = /^\/(home|root|run\/user|tmp|var\/tmp)\//;

interface Flags {
  readonly socket?: boolean;
  readonly activated?: boolean;
}

/** `tickchat unit`. */
export function unitCommand(): Command {
  return new Command('unit')
    .description('Print the systemd unit for this installation.')
    .option('--activated', 'the service for tickchat.socket: a restart refuses nobody')
    .option('--socket', 'tickchat.socket, which listens for it')
    .addHelpText(
      'after',
      '\n  tickchat unit > /etc/systemd/system/tickchat.service\n\nWith a socket: --activated for the service, --socket for the socket.',
    )
    .allowExcessArguments(false)
    .action(printUnit);
}

function printUnit({ socket = false, activated = false }: Flags): void {
  if (socket && activated) {
    throw new UsageError("--socket: can't be had with --activated; each prints a file of its own");
  }
  const installation = { node: process.execPath, package: PACKAGE };
  process.stdout.write(unitFor(readFileSync(templateFor(socket, activated), 'utf8'), installation));
  if (!socket) warnOfHidden(installation);
}

function templateFor(socket: boolean, activated: boolean): URL {
  const folder = pathToFileURL(`${PACKAGE}/deploy/`);
  if (socket) return new URL('socket-activated/tickchat.socket', folder);
  return new URL(`${activated ? 'socket-activated/' : ''}tickchat.service`, folder);
}

function warnOfHidden(installation: Installation): void {
  const hidden = Object.values(installation).filter((path) => HIDDEN.test(path));
  if (hidden.length === 0) return;
  process.stderr.write(
    `tickchat: warning: ${hidden.join(' and ')}: the unit hides /home, /root, /run/user and /tmp from the service; install elsewhere, such as in /opt\n`,
  );
}
