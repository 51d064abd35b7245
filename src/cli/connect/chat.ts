import { randomId, type Client, type ClientState, type Message } from '../../client/index.js';
import { StartError } from '../errors.js';
import { blame, openClient, type JoinFlags } from '../open-client.js';
import { Receipts } from '../receipts.js';
import { HELP, readInput } from './input.js';
import { visible, visibleLines } from './visible-text.js';

/** Where a chat is shown. */
export interface View {
  /** Whether what is typed is seen already. */
  readonly echoes: boolean;
  print(...lines: string[]): void;
  prompt(text: string): void;
}

/** Whoever leaves waits so long for the next receipt, ms. */
const LEAVE_WITHIN_MS = 5000;

/** The prompt is drawn again so often at most, ms, however short a tick is. */
const PROMPT_EVERY_MS = 200;

/** A person's conversation in a terminal: one room at a time, one client for each. */
export class Chat {
  readonly #url: URL;
  readonly #view: View;
  readonly #onStopped: (error: Error) => void;
  readonly #typed = new Set<string>();
  readonly #pending = new Set<Promise<unknown>>();
  #join: JoinFlags & { readonly key: string };
  #client: Client;
  /** The room to go back to when there can't be the next one. */
  #previous: string | undefined;
  #lost = false;
  #tick = '';
  #promptAt = -Infinity;

  /** @param onStopped called when the server has ended it for good */
  constructor(url: URL, flags: JoinFlags, view: View, onStopped: (error: Error) => void) {
    this.#url = url;
    this.#view = view;
    this.#onStopped = onStopped;
    this.#join = { ...flags, key: randomId() };
    this.#client = this.#enter();
  }

  /** Does what a person typed. */
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
      case 'quit': // the caller's
    }
  }

  /** Leaves when what was said has its receipts. Resolves with why not all of it has, if so. */
  async leave(): Promise<string | undefined> {
    const failure = await this.#receipted();
    this.#client.close();
    return failure;
  }

  /** Resolves when all that was said has its receipt, or with why not. */
  async #receipted(): Promise<string | undefined> {
    const receipts = new Receipts(LEAVE_WITHIN_MS);
    for (const receipt of this.#pending) receipts.add(receipt, 'not sent');
    await receipts.below(1);
    return receipts.failure;
  }

  #enter(): Client {
    const client = openClient(this.#url, this.#join);
    // One that was left may still wait for receipts; what it hears is of no interest.
    const isHere = (): boolean => client === this.#client;
    client.on('message', (message) => isHere() && this.#show(message));
    client.on('gap', () => isHere() && this.#note('messages are missing here'));
    client.on('state', (state) => isHere() && this.#onState(state));
    client.on('refused', ({ text }) => isHere() && this.#onRefused(text));
    client.on('tick', ({ n }) => isHere() && this.#onTick(n));
    return client;
  }

  #go(room: string): void {
    this.#previous = this.#client.hello?.room ?? this.#join.room;
    this.#change(room);
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
      .catch((error: unknown) => this.#note(`not sent: ${wordsOf(error)}`))
      .finally(() => this.#pending.delete(receipt));
    if (this.#client.state.name !== 'connected') this.#note('not connected; it waits');
  }

  #rename(name: string): void {
    try {
      this.#client.rename(name);
      this.#join = { ...this.#join, name };
      this.#drawPrompt();
    } catch (error) {
      this.#note(wordsOf(error));
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
    const way = transport === 'events' ? ', without WebSocket' : '';
    this.#note(`you are ${this.#name} in ${hello.room}; ${online} here${way}`);
  }

  /** As the server has it, or will have it. */
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
        return this.#drawPrompt();
      case 'reconnecting':
        if (!this.#lost) this.#note('not connected, trying again');
        this.#lost = true;
        return;
      case 'stopped':
        return this.#onStop(state);
    }
  }

  get #here(): string {
    const { online, transport } = this.#client;
    return `${online} here${transport === 'events' ? ' (without WebSocket)' : ''}`;
  }

  #onStop({ reason, text }: ClientState & { readonly name: 'stopped' }): void {
    if (reason === 'closed') return;
    const previous = this.#previous;
    if (reason !== 'bad_room' || previous === undefined) {
      return this.#onStopped(new StartError(blame(this.#client, this.#join, text)));
    }
    this.#note(`no such room: ${text}`);
    this.#previous = undefined;
    this.#change(previous);
  }

  #onTick(n: number): void {
    this.#tick = `[${n}] `;
    if (performance.now() - this.#promptAt >= PROMPT_EVERY_MS) this.#drawPrompt();
  }

  #drawPrompt(): void {
    this.#promptAt = performance.now();
    this.#view.prompt(`${this.#tick}${this.#name}> `);
  }

  #note(text: string): void {
    this.#view.print(`-- ${visible(text)}`);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
