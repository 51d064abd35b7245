import { spawn } from 'node:child_process';

/** An assignment of sd_notify(3), such as `READY=1` or `STATUS=3 clients`. */
export type Assignment = `${string}=${string}`;

/** Sends messages to systemd, one after another. */
export interface Notifier {
  /** Resolves when systemd has the message, or sending failed. Never rejects. */
  send(...message: readonly Assignment[]): Promise<void>;
}

/** Time limit for one message, ms; systemd-notify itself gives up after 5 s. */
const SEND_TIMEOUT_MS = 10_000;

/**
 * Sends through systemd-notify(1), a process of a few milliseconds: Node has no datagram Unix
 * sockets. The unit needs NotifyAccess=all, as the message comes from another process.
 * systemd-notify waits until systemd has handled the message, so that systemd can still find the
 * sender's service.
 *
 * @param onFailure called with the cause of each failure; `repeated` after the first
 */
export function systemdNotifier(onFailure: (cause: string, repeated: boolean) => void): Notifier {
  let sent = Promise.resolve();
  let failed = false;
  const report = (cause: string): void => {
    onFailure(`systemd-notify: ${cause}`, failed);
    failed = true;
  };
  return {
    send(...message) {
      sent = sent.then(() => notify(message, report));
      return sent;
    },
  };
}

function notify(message: readonly Assignment[], report: (cause: string) => void): Promise<void> {
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
