import { Command } from 'commander';
import { Chat } from './connect/chat.js';
import { readInput } from './connect/input.js';
import { Screen } from './connect/screen.js';
import { StartError } from './errors.js';
import { serverUrl, type JoinFlags } from './open-client.js';

const HELP = `
What you type is said; /help lists the commands. The number in the prompt is
the tick. Without a terminal it reads and writes plain lines. Exit status: 0
when you left, 1 when the server ended it or what you said last was not
receipted.`;

/** `tickchat connect`. */
export function connectCommand(): Command {
  return new Command('connect')
    .description('Chat in a terminal.')
    .argument('<url>', 'http://HOST:PORT/, ws://HOST:PORT/ws or HOST:PORT')
    .option('--room <name>', 'where to go (default: the ?room= of the URL, or lobby)')
    .option('--name <name>', 'how you are called (default: the server gives a name)')
    .option('--token <token>', 'for a server that asks for one')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(connect);
}

async function connect(address: string, flags: JoinFlags): Promise<void> {
  const url = serverUrl(address);
  const left = new Promise<void>((resolve, reject) => {
    const screen = new Screen(process.stdin, process.stdout, {
      onLine: (line) => (readInput(line).kind === 'quit' ? leave() : chat.take(line)),
      onLeave: () => leave(),
    });
    const chat = new Chat(url, flags, screen, (error) => end(error));
    let leaving = false;
    const leave = (): void => {
      if (leaving) return end(new StartError('left before everything was receipted'));
      leaving = true;
      void chat.leave().then((why) => end(why === undefined ? undefined : new StartError(why)));
    };
    const end = (error?: Error): void => {
      screen.close();
      process.stdin.destroy(); // else an open pipe would keep the process
      if (error === undefined) resolve();
      else reject(error);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  });
  await left;
}
