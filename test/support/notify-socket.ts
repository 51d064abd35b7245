import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Inbox } from './inbox.js';

/**
 * Receives as systemd does and prints a line of JSON for each datagram; Node has no such sockets.
 * What asks for an answer (BARRIER=1) carries a descriptor, which recv(2) closes: that is the
 * answer.
 */
const RECEIVER = `
  use Socket; $| = 1;
  socket(S, PF_UNIX, SOCK_DGRAM, 0) && bind(S, pack_sockaddr_un($ARGV[0])) || die $!;
  print "[]\\n";
  while (defined recv(S, $m, 65536, 0)) {
    $m =~ s/([\\\\"])/\\\\$1/g;
    print '["' . join('","', split(/\\n/, $m)) . "\\"]\\n";
  }`;

/** A socket such as systemd gives to a service, and what was said to it. */
export interface NotifySocket {
  /** For NOTIFY_SOCKET. */
  readonly path: string;
  /** The messages, each a list of assignments; barriers are left out. */
  readonly messages: Inbox<readonly string[]>;
  close(): Promise<void>;
}

/** Resolves when the socket is there. */
export async function openNotifySocket(): Promise<NotifySocket> {
  const folder = await mkdtemp(join(tmpdir(), 'tickchat-notify-'));
  const path = join(folder, 'notify');
  const child = spawn('perl', ['-e', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  const lines = new Inbox<readonly string[]>();
  const messages = new Inbox<readonly string[]>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as readonly string[];
    lines.push(message);
    if (message.length > 0 && message[0] !== 'BARRIER=1') messages.push(message);
  });
  await lines.until('the socket', (all) => all.length > 0);
  return {
    path,
    messages,
    async close() {
      process.off('exit', end);
      end();
      await rm(folder, { recursive: true });
    },
  };
}
