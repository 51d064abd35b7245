import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { PACKAGE_ROOT } from '../server/ops/package-root.js';
import { attempt, UsageError } from './errors.js';
import { unitFor, type Installation } from './unit-paths.js';

/** Directories that ProtectHome= and PrivateTmp= hide from the service. */
const HIDDEN = /^\/(home|root|run\/user|tmp|var\/tmp)\//;

/** Flags of `tickchat unit`. */
export interface UnitFlags {
  readonly socket?: boolean;
  readonly activated?: boolean;
}

/** Runs `tickchat unit`: prints a unit file with the paths of this installation. */
export async function printUnit({ socket = false, activated = false }: UnitFlags): Promise<void> {
  if (socket && activated) {
    throw new UsageError(
      "--socket: can't be combined with --activated; each prints a separate file",
    );
  }
  const installation = { node: process.execPath, package: PACKAGE_ROOT };
  const file = templateFor(socket, activated);
  const template = await attempt('read the unit file', () => readFileSync(file, 'utf8'));
  process.stdout.write(unitFor(template, installation));
  if (!socket) warnOfHidden(installation);
}

function templateFor(socket: boolean, activated: boolean): URL {
  const folder = pathToFileURL(`${PACKAGE_ROOT}/deploy/`);
  if (socket) return new URL('socket-activated/tickchat.socket', folder);
  return new URL(`${activated ? 'socket-activated/' : ''}tickchat.service`, folder);
}

function warnOfHidden(installation: Installation): void {
  const hidden = Object.values(installation).filter((path) => HIDDEN.test(path));
  if (hidden.length === 0) return;
  process.stderr.write(
    `tickchat: warning: ${hidden.join(' and ')}: the unit hides /home, /root, /run/user and /tmp from the service; install in another directory, such as /opt\n`,
  );
}
