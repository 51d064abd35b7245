import { faultOfText } from '../protocol/text.js';
import type { Fail, Message, Send } from '../protocol/v1.js';
import type { Environment } from './environment.js';
import { TickchatError } from './error.js';

/** Messages that may wait for their receipts. */
const MAX_PENDING = 1000;
/** A message that the server can't take for the moment is sent again for so long. */
const RETRY_FOR_MS = 60_000;
/** When to try again if the server doesn't say. */
const RETRY_AFTER_MS = 1000;
/** Never sooner than this, whatever the server says. */
const MIN_RETRY_AFTER_MS = 100;

interface Pending extends Send {
  receipt: Promise<Message>;
  resolve(message: Message): void;
  reject(error: TickchatError): void;
  /** Sent over this connection and not answered yet. */
  sent: boolean;
  /** When the server first failed to take it. */
  failingSince?: number;
}

/**
 * Messages without a receipt, in the order in which they were said. All of them are sent again,
 * with the same ids, over every new connection: the server takes each once.
 *
 * One that the server can't take for the moment holds back those that were not sent yet, and is
 * tried again for a minute. Only what was on its way already may overtake it.
 */
export class Outbox {
  readonly #environment: Environment;
  readonly #transmit: (message: Send) => void;
  readonly #pending = new Map<string, Pending>();
  /** Largest text, in bytes; undefined while there is no connection to send over. */
  #maxMessage: number | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(environment: Environment, transmit: (message: Send) => void) {
    this.#environment = environment;
    this.#transmit = transmit;
  }

  /** Takes a message; resolves with its receipt. An id that is pending already is the same one. */
  add(id: string, text: string): Promise<Message> {
    const known = this.#pending.get(id);
    if (known !== undefined) return known.receipt;
    if (this.#pending.size >= MAX_PENDING) {
      const error = new TickchatError('full', `${MAX_PENDING} messages wait to be sent`);
      return Promise.reject(error);
    }
    const pending = { id, text, sent: false } as Pending; // the rest is in the next line
    pending.receipt = new Promise((resolve, reject) => Object.assign(pending, { resolve, reject }));
    this.#pending.set(id, pending);
    this.#flush();
    return pending.receipt;
  }

  /** Whether there is a connection to send over. */
  get isOpen(): boolean {
    return this.#maxMessage !== undefined;
  }

  /** There is a connection that takes texts up to `maxMessage` bytes. */
  open(maxMessage: number): void {
    this.#maxMessage = maxMessage;
    this.#flush();
  }

  /** The connection is gone: what it did not receipt may be lost. */
  shut(): void {
    this.#maxMessage = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    for (const pending of this.#pending.values()) pending.sent = false;
  }

  /** A message of this client's own arrived: its receipt, if it is still waited for. */
  onReceipt(message: Message): void {
    this.#take(message.id)?.resolve(message);
  }

  /** The server did not take a message. */
  onFail({ id = '', code, text, retryAfterMs }: Fail): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const now = this.#environment.now();
    pending.failingSince ??= now;
    const passing = code === 'unavailable' || code === 'unknown';
    if (!passing || now - pending.failingSince >= RETRY_FOR_MS) {
      return this.#reject(id, new TickchatError(code, text));
    }
    pending.sent = false;
    this.#cancelRetry ??= this.#environment.setTimer(
      () => {
        this.#cancelRetry = undefined;
        this.#flush();
      },
      Math.max(Number(retryAfterMs) || RETRY_AFTER_MS, MIN_RETRY_AFTER_MS),
    );
  }

  /** Gives everything up. */
  rejectAll(error: TickchatError): void {
    for (const id of this.#pending.keys()) this.#reject(id, error);
  }

  #flush(): void {
    if (this.#maxMessage === undefined || this.#cancelRetry !== undefined) return;
    for (const pending of this.#pending.values()) {
      if (pending.sent) continue;
      const { id, text } = pending;
      // The server would end a connection on which a text comes that is far too long.
      const fault = faultOfText(text, this.#maxMessage);
      if (fault !== undefined) this.#reject(id, new TickchatError(fault.code, fault.text));
      else this.#transmit({ id, text });
      pending.sent = true;
    }
  }

  #reject(id: string, error: TickchatError): void {
    this.#take(id)?.reject(error);
  }

  #take(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}
