import {
  checkJoin,
  randomId,
  type Client,
  type ClientState,
  type Message,
} from '../../client/index.js';
import { CommandError, messageOf } from '../errors.js';
import { explainFailure, openClient, whyNotConnected, type JoinFlags } from '../open-client.js';
import { Receipts } from '../receipts.js';
import { HELP, readInput } from './input.js';
import { visible, visibleLines } from './visible-text.js';

/** The output of a chat. */
export interface View {
  /** Whether the terminal shows what is typed. */
  readonly echoes: boolean;
  print(...lines: string[]): void;
  prompt(text: string): void;
}

/** Longest wait for the next receipt after the user has left, ms. */
const LEAVE_TIMEOUT_MS = 5000;

/** Shortest time between two updates of the tick in the prompt, ms. */
const PROMPT_INTERVAL_MS = 200;

/** A chat in a terminal: one room at a time, with one client per room. */
export class Chat {
  readonly #url: URL;
  readonly #view: View;
  readonly #onStopped: (error: Error) => void;
  readonly #typed = new Set<string>();
  readonly #pending = new Set<Promise<unknown>>();
  #join: JoinFlags & { readonly key: string };
  #client: Client;
  #lost = false;
  #tick = '';
  #promptAt = -Infinity;

  /** @param onStopped called when the server has ended the connection for good */
  constructor(url: URL, flags: JoinFlags, view: View, onStopped: (error: Error) => void) {
    this.#url = url;
    this.#view = view;
    this.#onStopped = onStopped;
    this.#join = { ...flags, key: randomId() };
    this.#client = this.#enter();
  }

  /** Handles a line that was typed. */
  take(line: string): void {
    const input = readInput(line);
    switch (input.kind) {
      case 'nothing':
        return;
      case 'say':
        return this.#say(input.text);
      case 'name':
        return this.#rename(input.name);
      case 'room':
        return this.#go(input.room);
      case 'who':
        return this.#sayWho();
      case 'help':
        return this.#view.print(...HELP);
      case 'wrong':
        return this.#note(input.why);
      case 'quit': // handled by the caller
    }
  }

  /**
   * Leaves when every message has its receipt. Resolves with the failure, if any: without a
   * terminal also that no server was reached.
   */
  async leave(): Promise<string | undefined> {
    if (!this.#view.echoes) await this.#firstAttempt();
    const cause = whyNotConnected(this.#client);
    const failure = this.#view.echoes
      ? await this.#receipted()
      : (cause ?? (await this.#receipted()));
    this.#client.close();
    return failure;
  }

  /** Resolves when the first attempt to connect has ended. */
  async #firstAttempt(): Promise<void> {
    const client = this.#client;
    if (client.hello !== undefined || client.state.name !== 'connecting') return;
    await new Promise<void>((resolve) => {
      client.on('state', ({ name }) => name !== 'connecting' && resolve());
    });
  }

  /** Resolves when every message has its receipt, or with the failure. */
  async #receipted(): Promise<string | undefined> {
    const receipts = new Receipts(LEAVE_TIMEOUT_MS);
    for (const receipt of this.#pending) receipts.add(receipt, 'not sent');
    await receipts.below(1);
    return receipts.failure;
  }

  #enter(): Client {
    const client = openClient(this.#url, this.#join);
    // A client of a previous room may still wait for receipts. Its events are ignored.
    const isHere = (): boolean => client === this.#client;
    client.on('message', (message) => isHere() && this.#show(message));
    client.on('gap', () => isHere() && this.#note('messages are missing here'));
    client.on('state', (state) => isHere() && this.#onState(state));
    client.on('rename-failed', ({ text }) => isHere() && this.#onRefused(text));
    client.on('tick', ({ n }) => isHere() && this.#onTick(n));
    return client;
  }

  /** Joins another room, unless it can't be one. */
  #go(room: string): void {
    try {
      checkJoin({ room });
      this.#change(room);
    } catch (error) {
      this.#note(`no such room: ${messageOf(error)}`);
    }
  }

  #change(room: string): void {
    const left = this.#client;
    this.#join = { ...this.#join, room };
    this.#lost = false;
    this.#client = this.#enter();
    void this.#receipted().then(() => left.close());
  }

  #say(text: string): void {
    const id = randomId();
    if (this.#view.echoes) this.#typed.add(id);
    const receipt = this.#client.send(text, { id });
    this.#pending.add(receipt);
    receipt
      .catch((error: unknown) => this.#note(`not sent: ${messageOf(error)}`))
      .finally(() => this.#pending.delete(receipt));
    if (this.#client.state.name !== 'connected') this.#note('not connected; the message is queued');
  }

  #rename(name: string): void {
    try {
      this.#client.rename(name);
      this.#join = { ...this.#join, name };
      this.#drawPrompt();
    } catch (error) {
      this.#note(messageOf(error));
    }
  }

  #onRefused(why: string): void {
    const { name } = this.#client;
    if (name !== undefined) this.#join = { ...this.#join, name };
    this.#note(`not renamed: ${why}; you are ${this.#name}`);
    this.#drawPrompt();
  }

  #sayWho(): void {
    const { hello, online, transport } = this.#client;
    if (hello === undefined) return this.#note('not connected yet');
    const way = transport === 'sse' ? ', without WebSocket' : '';
    this.#note(`you are ${this.#name} in ${hello.room}; ${online} here${way}`);
  }

  /** The display name that the server knows, or was asked for. */
  get #name(): string {
    return visible(this.#client.name ?? '');
  }

  #show({ id, from, at, text }: Message): void {
    if (from.id === this.#client.hello?.you.id && this.#typed.delete(id)) return;
    const [first = '', ...more] = visibleLines(text);
    const time = new Date(at).toTimeString().slice(0, 5);
    const rest = more.map((line) => `      ${line}`);
    this.#view.print(`${time} ${visible(from.name)}: ${first}`, ...rest);
  }

  #onState(state: ClientState): void {
    switch (state.name) {
      case 'connecting':
        return;
      case 'connected':
        this.#lost = false;
        this.#note(`connected to ${this.#client.hello?.room} as ${this.#name}, ${this.#here}`);
        if (this.#client.hello?.you.write === false) this.#note('this token is for reading only');
        return this.#drawPrompt();
      case 'reconnecting':
        if (!this.#lost) this.#note(`not connected, trying again: ${state.cause.text}`);
        this.#lost = true;
        return;
      case 'stopped':
        return this.#onStop(state);
    }
  }

  get #here(): string {
    const { online, transport } = this.#client;
    return `${online} here${transport === 'sse' ? ' (without WebSocket)' : ''}`;
  }

  #onStop({ reason, text }: ClientState & { readonly name: 'stopped' }): void {
    if (reason === 'closed') return;
    this.#onStopped(new CommandError(explainFailure(this.#client, this.#join, text)));
  }

  #onTick(n: number): void {
    this.#tick = `[${n}] `;
    if (performance.now() - this.#promptAt >= PROMPT_INTERVAL_MS) this.#drawPrompt();
  }

  #drawPrompt(): void {
    this.#promptAt = performance.now();
    this.#view.prompt(`${this.#tick}${this.#name}> `);
  }

  #note(text: string): void {
    this.#view.print(`-- ${visible(text)}`);
  }
}
