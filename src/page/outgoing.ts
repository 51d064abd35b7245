import { randomId, TickchatError, type Client, type ErrorCode } from '../client/index.js';
import { Kept } from './kept.js';
import type { MessageLog } from './message-log.js';

/** Why a message wasn't sent, for whoever wrote it. */
const WORDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  too_long: 'Not sent: it is too long.',
  full: 'Not sent: too many others wait.',
  forbidden: 'Not sent: you are not allowed to.',
  unavailable: 'Not sent: the server can’t keep it at the moment.',
  unknown: 'It is not known whether this was sent.',
};

/**
 * What the reader said and the server has not receipted. It is kept over a reload of the page and
 * said again with the same ids, so that nothing is said twice.
 */
export class Outgoing {
  readonly #client: Client;
  readonly #log: MessageLog;
  readonly #kept: Kept;
  readonly #onForbidden: () => void;
  readonly #texts = new Map<string, string>();
  /** Given up when the connection stopped: said again when the reader starts it again. */
  readonly #stopped = new Set<string>();

  /**
   * @param room whose messages they are, as the address has it
   * @param onForbidden called when the server says that the reader may not write
   */
  constructor(client: Client, log: MessageLog, room: string, onForbidden: () => void) {
    this.#onForbidden = onForbidden;
    this.#client = client;
    this.#log = log;
    this.#kept = new Kept(() => sessionStorage, `outgoing.${room}`);
    for (const [id, text] of readList(this.#kept.read())) this.#add(id, text);
    client.on('state', ({ name }) => {
      if (name !== 'connected') return;
      for (const id of this.#stopped) this.#send(id);
      this.#stopped.clear();
    });
  }

  /** Says `text`, now or when there is a connection. */
  say(text: string): void {
    this.#add(randomId(), text);
  }

  #add(id: string, text: string): void {
    this.#texts.set(id, text);
    this.#keep();
    this.#log.addPending(id, text);
    this.#send(id);
  }

  #send(id: string): void {
    this.#client.send(this.#texts.get(id) ?? '', { id }).then(
      () => this.#forget(id),
      (error: unknown) =>
        this.#onError(id, error instanceof TickchatError ? error.code : 'unknown'),
    );
  }

  #onError(id: string, code: ErrorCode): void {
    if (code === 'stopped') return void this.#stopped.add(id);
    const forbidden = code === 'forbidden';
    if (forbidden) this.#onForbidden();
    const retry = (): void => {
      this.#log.pend(id);
      this.#send(id);
    };
    this.#log.fail(id, WORDS[code] ?? 'Not sent: the server didn’t take it.', {
      ...(forbidden ? {} : { retry }),
      discard: () => this.#forget(id),
    });
  }

  /** It is in the log, or not wanted any more; a row that it still has is in the way. */
  #forget(id: string): void {
    this.#texts.delete(id);
    this.#keep();
    this.#log.removePending(id);
  }

  #keep(): void {
    this.#kept.write(JSON.stringify([...this.#texts]));
  }
}

/** Pairs of id and text; whatever else may stand there is left out. */
function readList(json = '[]'): Array<[string, string]> {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.filter(isPair) : [];
  } catch {
    return [];
  }
}

function isPair(value: unknown): value is [string, string] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')
  );
}
