import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { OutcomeUnknown } from '../log.js';
import { directoryFor, environmentFrom } from './child-environment.js';
import { HistoryLost } from './history.js';
import { OutputLines } from './output-lines.js';
import type { LmdbStoreOptions } from './store-options.js';
import type { LmdbStore } from './store.js';

/** Methods of a {@link LmdbStore} that can be called from the other process. */
type Verb = 'open' | 'beginEpoch' | 'commit' | 'settle' | 'head' | 'holds' | 'read' | 'close';

export interface Request {
  readonly verb: Verb;
  readonly args: readonly unknown[];
}

/** Result of a call, or its error with the class that the caller tells apart. */
export type Answer = (Value | Failure) & {
  /** LMDB may have damaged the memory of its process, which has to be replaced. */
  readonly fatal: boolean;
};

interface Value {
  readonly value: unknown;
}

export interface Failure {
  readonly error: string;
  readonly kind: 'failed' | 'outcome_unknown' | 'history_lost';
}

/** Time without an answer after which a process counts as stalled, ms. */
const STALL_MS = 5000;

const ENTRY = fileURLToPath(new URL('./process-entry.js', import.meta.url));

/** Callbacks of a {@link LogProcess}. None may throw. */
export interface LogProcessEvents {
  /** Called once with the cause if the process ends before {@link LogProcess.end}. */
  readonly onUnexpectedEnd: (cause: Error) => void;
  /** Called once for each time that the process answers nothing for {@link STALL_MS}. */
  readonly onStalled: (cause: Error) => void;
  /** Called with each line that the process writes to its standard streams. */
  readonly onOutput: (line: string) => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A {@link LmdbStore} in a process of its own. Nothing that LMDB does (writing to the disk, reading
 * a page) blocks the event loop, and a crash inside LMDB ends that process only.
 *
 * The process ignores signals that a terminal or a service manager sends to all processes. It ends
 * by {@link end}, and by itself when this process is gone, after the transaction that it is in.
 */
export class LogProcess {
  readonly #child: ChildProcess;
  readonly #events: LogProcessEvents;
  readonly #output: OutputLines;
  /** Resolves when the process is gone and all of its output was read. */
  readonly #gone: Promise<void>;
  /** Calls without an answer. Answers come in the order of the calls. */
  readonly #waiting: Waiting[] = [];
  readonly #stallCheck: NodeJS.Timeout;
  #ending = false;
  #hasEnded = false;
  #stalled = false;
  /** Number of answers so far. */
  #answers = 0;

  /** Throws if no process can be started. */
  constructor(options: LmdbStoreOptions, events: LogProcessEvents) {
    this.#events = events;
    this.#output = new OutputLines(events.onOutput);
    this.#child = fork(ENTRY, [JSON.stringify({ ...options, serverPid: process.pid })], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: environmentFrom(process.env),
      cwd: directoryFor(options.directory),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#output.add(text));
      stream?.on('error', ({ message }) => this.#output.add(`${message}\n`));
    }
    this.#child.on('message', (answer) => this.#receive(answer as Answer));
    this.#stallCheck = setInterval(this.#stallChecker(), STALL_MS).unref();
    this.#gone = this.#watchForEnd();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Calls a method of the store. Rejects with what it throws; with {@link OutcomeUnknown} if the
   * process ends before it answers.
   */
  ask<V extends Verb>(
    verb: V,
    ...args: Parameters<LmdbStore[V]>
  ): Promise<ReturnType<LmdbStore[V]>> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new Error('the log process has ended'));
        return;
      }
      this.#waiting.push({ resolve: resolve as (value: unknown) => void, reject });
      // A failure to send is followed by the end of the process, which rejects the call. A process
      // that could not be started has no `send`.
      if (this.#child.connected) this.#child.send({ verb, args } satisfies Request, () => {});
    });
  }

  /**
   * Resolves when the process has ended with all that it held. Rejects then if the store could not
   * be closed.
   */
  async end(): Promise<void> {
    this.#ending = true;
    const [closed] = await Promise.allSettled([this.#hasEnded ? undefined : this.ask('close')]);
    await this.#gone;
    if (closed.status === 'rejected') throw closed.reason;
  }

  /** Ends the process at once. The log survives that: a transaction is undone. */
  kill(): void {
    this.#ending = true;
    this.#child.kill('SIGKILL');
  }

  #receive(answer: Answer): void {
    this.#answers += 1;
    const caller = this.#waiting.shift();
    if (caller === undefined) return; // can't be: an answer follows a call
    if ('value' in answer) caller.resolve(answer.value);
    else caller.reject(errorOf(answer));
    if (!answer.fatal) return;
    this.#child.kill('SIGKILL');
    this.#end(new Error('error' in answer ? answer.error : 'a write failed'));
  }

  #watchForEnd(): Promise<void> {
    // A process that hangs in the disk would stay. Any other finishes what it does, and ends.
    const atExit = (): boolean => this.#stalled && this.#child.kill('SIGKILL');
    process.once('exit', atExit);
    return new Promise((resolve) => {
      const gone = (cause: string): void => {
        process.off('exit', atExit);
        this.#output.flush();
        const { recent } = this.#output;
        this.#end(new Error(recent === '' ? cause : `${cause}: ${recent}`));
        resolve();
      };
      // It can't be spoken to any more.
      this.#child.once('disconnect', () => this.#ending || this.#child.kill('SIGKILL'));
      this.#child.on('error', ({ message }) => {
        if (this.#child.pid === undefined)
          gone(message); // 'close' may never come
        else this.#output.add(`${message}\n`); // a signal could not be sent, for one
      });
      this.#child.once('close', (code, signal) =>
        gone(signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
    });
  }

  /** Compares the number of answers at intervals, so that a call costs nothing more. */
  #stallChecker(): () => void {
    let answers = 0;
    let waited = false;
    return () => {
      const stuck = waited && this.#waiting.length > 0 && this.#answers === answers;
      if (stuck && !this.#stalled) {
        this.#events.onStalled(new Error(`no answer for ${STALL_MS} ms`));
      }
      this.#stalled = stuck;
      waited = this.#waiting.length > 0;
      answers = this.#answers;
    };
  }

  #end(cause: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#stallCheck);
    const error = new OutcomeUnknown(`the log process has ended: ${cause.message}`, { cause });
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    if (!this.#ending) this.#events.onUnexpectedEnd(cause);
  }
}

function errorOf({ error, kind }: Failure): Error {
  if (kind === 'outcome_unknown') return new OutcomeUnknown(error);
  return kind === 'history_lost' ? new HistoryLost(error) : new Error(error);
}
