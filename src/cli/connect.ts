import { Chat } from './connect/chat.js';
import { readInput } from './connect/input.js';
import { Screen } from './connect/screen.js';
import { CommandError } from './errors.js';
import { checkFlags, serverUrl, type JoinFlags } from './open-client.js';

/** Runs `tickchat connect`: resolves when the user has left, rejects when the chat has failed. */
export async function connect(address: string, flags: JoinFlags): Promise<void> {
  const url = serverUrl(address);
  checkFlags(flags);
  const left = new Promise<void>((resolve, reject) => {
    const screen = new Screen(process.stdin, process.stdout, {
      onLine: (line) => (readInput(line).kind === 'quit' ? leave() : chat.take(line)),
      onLeave: () => leave(),
    });
    const chat = new Chat(url, flags, screen, (error) => end(error));
    let leaving = false;
    const leave = (): void => {
      if (leaving) return end(new CommandError('left before all messages had a receipt'));
      leaving = true;
      void chat.leave().then((why) => end(why === undefined ? undefined : new CommandError(why)));
    };
    const end = (error?: Error): void => {
      screen.close();
      process.stdin.destroy(); // an open pipe would keep the process alive
      if (error === undefined) resolve();
      else reject(error);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  });
  await left;
}
