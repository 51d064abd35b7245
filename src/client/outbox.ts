import { faultOfText } from '../protocol/text.js';
import type { ReceivedFail } from '../protocol/read-server-frame.js';
import type { Message, Send } from '../protocol/v1.js';
import type { Environment } from './environment.js';
import { TickchatError } from './state.js';

/** Maximum number of messages without a receipt. */
const MAX_PENDING = 1000;
/** How long a message that the server can't keep at the moment is sent again, ms. */
const RETRY_FOR_MS = 60_000;
/** Wait before the next attempt if the server names none, ms. */
const RETRY_AFTER_MS = 1000;
/** Shortest wait before the next attempt, ms. */
const MIN_RETRY_AFTER_MS = 100;

interface Pending extends Send {
  receipt: Promise<Message>;
  resolve(message: Message): void;
  reject(error: TickchatError): void;
  /** Sent over the current connection, not answered yet. */
  sent: boolean;
  /** Time of the server's first failure to keep it, ms. */
  failingSince?: number;
}

/**
 * Messages without a receipt, in the order of `send`. All of them are sent again, with the same
 * ids, over every new connection; the server logs each once.
 *
 * A message that the server can't keep at the moment holds back those not sent yet, and is sent
 * again for a minute. Only messages sent before its failure can overtake it.
 */
export class Outbox {
  readonly #environment: Environment;
  readonly #transmit: (message: Send) => void;
  readonly #pending = new Map<string, Pending>();
  /** Largest text, bytes; undefined while there is no connection to send over. */
  #maxMessage: number | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(environment: Environment, transmit: (message: Send) => void) {
    this.#environment = environment;
    this.#transmit = transmit;
  }

  /** Adds a message; resolves with its receipt. A pending id is the same message. */
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

  /** Whether a connection is ready to send over. */
  get isOpen(): boolean {
    return this.#maxMessage !== undefined;
  }

  /** A connection is ready that accepts texts up to `maxMessage` bytes. */
  open(maxMessage: number): void {
    this.#maxMessage = maxMessage;
    this.#flush();
  }

  /** The connection is lost: messages that it did not receipt may be lost. */
  shut(): void {
    this.#maxMessage = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    for (const pending of this.#pending.values()) pending.sent = false;
  }

  /** An own message arrived: its receipt, if it is still pending. */
  onReceipt(message: Message): void {
    this.#take(message.id)?.resolve(message);
  }

  /** The server refused a message, or could not keep it. */
  onFail({ id = '', code, text, retryAfterMs }: ReceivedFail): void {
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

  /** Rejects everything. */
  rejectAll(error: TickchatError): void {
    for (const id of this.#pending.keys()) this.#reject(id, error);
  }

  #flush(): void {
    if (this.#maxMessage === undefined || this.#cancelRetry !== undefined) return;
    for (const pending of this.#pending.values()) {
      if (pending.sent) continue;
      const { id, text } = pending;
      // The server closes a connection that sends a text far over the limit.
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
