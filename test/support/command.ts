import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inbox } from './inbox.js';
import { ROOT } from './root.js';

const BIN = join(ROOT, 'bin/tickchat.js');

/** A `tickchat` command that runs. */
export class Command {
  readonly #child: ChildProcess;
  readonly #output = new Inbox<string>();
  stdout = '';
  stderr = '';
  /** Its exit status. */
  readonly exited: Promise<number | null>;

  private constructor(command: string, args: readonly string[]) {
    const child = spawn(command, args, {
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'], TERM: 'xterm', COLUMNS: '80' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdin.on('error', () => {}); // it may end before it has read everything
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#output.push(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = once(child, 'close').then(() => child.exitCode);
  }

  /** Runs it with pipes for input and output. */
  static piped(...args: readonly string[]): Command {
    return new Command(process.execPath, [BIN, ...args]);
  }

  /** Runs it in a terminal of 80 columns. */
  static inTerminal(...args: readonly string[]): Command {
    const words = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
    return new Command('script', ['-qec', `stty cols 80 rows 24; exec ${words}`, '/dev/null']);
  }

  /** Its input gets this. */
  types(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Its input gets this, and ends. */
  ends(text = ''): void {
    this.#child.stdin?.end(text);
  }

  /** Its output is no longer read. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when its standard output has this. */
  async shows(what: string | RegExp): Promise<void> {
    const shown = (): boolean =>
      typeof what === 'string' ? this.stdout.includes(what) : what.test(this.stdout);
    await this.#output.until(`output ${what}`, shown);
  }
}
