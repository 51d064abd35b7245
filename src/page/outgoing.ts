import { randomId, TickchatError, type Client, type ErrorCode } from '../client/index.js';
import { StoredValue } from './stored-value.js';
import type { MessageList } from './message-list.js';

/** Reasons why a message wasn't sent, for its author. */
const WORDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  too_long: 'Not sent: it is too long.',
  full: 'Not sent: too many others wait.',
  forbidden: 'Not sent: you are not allowed to.',
  unavailable: 'Not sent: the server can’t keep it at the moment.',
  unknown: 'It is not known whether this was sent.',
};

/** A message without a receipt. */
interface Unsent {
  readonly text: string;
  /** Epoch of the log that it was written for; empty before the first join. */
  readonly epoch: string;
}

/**
 * The user's messages without a receipt. They are stored over a reload of the page and sent again
 * with the same ids, so that none is logged twice. A stored one that was written for another log
 * waits for its author: another server may have the address now.
 */
export class Outgoing {
  readonly #client: Client;
  readonly #log: MessageList;
  readonly #stored: StoredValue;
  readonly #unsent = new Map<string, Unsent>();
  /** Stored messages of an earlier page, until the first join says whose log this is. */
  #restored: readonly string[];
  /** Rejected when the connection stopped; sent again when it is back. */
  readonly #stopped = new Set<string>();

  /** @param room the room of the messages, as in the address */
  constructor(client: Client, log: MessageList, room: string) {
    this.#client = client;
    this.#log = log;
    this.#stored = new StoredValue(() => sessionStorage, `outgoing.${room}`);
    const restored = readList(this.#stored.read());
    for (const [id, text, epoch] of restored) this.#add(id, { text, epoch });
    this.#restored = restored.map(([id]) => id);
    client.on('state', ({ name }) => {
      if (name !== 'connected') return;
      for (const id of this.#restored) this.#sendRestored(id);
      this.#restored = [];
      for (const id of this.#stopped) this.#send(id);
      this.#stopped.clear();
    });
  }

  /** Sends `text`, now or when connected. */
  send(text: string): void {
    const id = randomId();
    this.#add(id, { text, epoch: this.#epoch });
    this.#send(id);
  }

  get #epoch(): string {
    return this.#client.hello?.log.epoch ?? '';
  }

  #add(id: string, unsent: Unsent): void {
    this.#unsent.set(id, unsent);
    this.#store();
    this.#log.addPending(id, unsent.text);
  }

  #sendRestored(id: string): void {
    if (this.#unsent.get(id)?.epoch === this.#epoch) return this.#send(id);
    this.#fail(id, 'Not sent: the server was restarted, or is another one.', true);
  }

  #send(id: string): void {
    this.#client.send(this.#unsent.get(id)?.text ?? '', { id }).then(
      () => this.#forget(id),
      (error: unknown) =>
        this.#onError(id, error instanceof TickchatError ? error.code : 'unknown'),
    );
  }

  #onError(id: string, code: ErrorCode): void {
    if (code === 'stopped') return void this.#stopped.add(id);
    this.#fail(id, WORDS[code] ?? 'Not sent: the server didn’t take it.', code !== 'forbidden');
  }

  /** Says why a message was not sent, and lets its author discard it, or send it `again`. */
  #fail(id: string, why: string, again: boolean): void {
    const retry = (): void => {
      this.#log.markPending(id);
      this.#send(id);
    };
    const discard = (): void => this.#forget(id);
    this.#log.markFailed(id, why, again ? { retry, discard } : { discard });
  }

  /** Forgets a message that is logged or discarded, and removes its pending row. */
  #forget(id: string): void {
    this.#unsent.delete(id);
    this.#store();
    this.#log.removePending(id);
  }

  #store(): void {
    const list = [...this.#unsent].map(([id, { text, epoch }]) => [id, text, epoch]);
    this.#stored.write(JSON.stringify(list));
  }
}

/** Reads lists of id, text and epoch; anything else is ignored. */
function readList(json = '[]'): Array<[string, string, string]> {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.filter(isStored) : [];
  } catch {
    return [];
  }
}

function isStored(value: unknown): value is [string, string, string] {
  return (
    Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'string')
  );
}
