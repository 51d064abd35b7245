import { spawn } from 'node:child_process';

/** An assignment of the protocol (sd_notify(3)): `READY=1`, `STATUS=3 clients`. */
export type Assignment = `${string}=${string}`;

/** Sends messages to systemd, one after the other. */
export interface Notifier {
  /** Resolves when systemd has it, or can't be told. Never rejects. */
  send(...message: readonly Assignment[]): Promise<void>;
}

/** systemd waits no longer for one message, ms; systemd-notify itself gives up after 5 s. */
const SEND_TIMEOUT_MS = 10_000;

/**
 * Sends by systemd-notify(1), a process of some milliseconds each time: Node has no datagram Unix
 * sockets. The unit needs NotifyAccess=all, since the message comes from another process. It waits
 * until systemd has handled the message, so systemd still finds out which service the sender is of.
 *
 * @param onFailure gets one line, the first time that something can't be sent
 */
export function systemdNotifier(onFailure: (line: string) => void): Notifier {
  let sent = Promise.resolve();
  let failed = false;
  const report = (line: string): void => {
    if (!failed) onFailure(`systemd-notify: ${line}; systemd isn't told how the server is doing`);
    failed = true;
  };
  return {
    send(...message) {
      sent = sent.then(() => notify(message, report));
      return sent;
    },
  };
}

function notify(message: readonly Assignment[], report: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('systemd-notify', message, {
      stdio: 'ignore',
      timeout: SEND_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    child.once('error', ({ message: why }) => {
      report(why);
      resolve();
    });
    child.once('exit', (code, signal) => {
      if (code !== 0) report(`exit status ${code ?? signal}`);
      resolve();
    });
  });
}
