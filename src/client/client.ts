import { utf8Length } from '../protocol/text.js';
import { MAX_ID_LENGTH, type Hello, type Message } from '../protocol/v1.js';
import type { Address } from './address.js';
import type { Environment } from './environment.js';
import { TickchatError } from './error.js';
import { Events, type ClientEvents } from './events.js';
import { MessageStream } from './message-stream.js';
import type { Clock } from './metronome.js';
import { randomId } from './random-id.js';
import { Session, type TokenSource } from './session.js';
import type { Transport } from './socket.js';
import { errorOf, type ClientState } from './state.js';

/** Who joins what. */
export interface JoinOptions {
  /** Without one: the `?room=` of the address, else `lobby`. */
  readonly room?: string | undefined;
  /** Display name, up to 32 characters. Without one the server gives one. */
  readonly name?: string | undefined;
  /** A random secret, 8 to 128 characters, that makes the public id. Without one a new one. */
  readonly key?: string | undefined;
  /** For a server that asks for one: the token, or a function that is called at each connection. */
  readonly token?: TokenSource | undefined;
}

/**
 * A connection to a room that lasts: it comes back by itself, gets what it has missed, and sends
 * what it was given until the server has receipted it.
 */
export class Client {
  /** The secret that makes the public id: whoever keeps it stays the same person. */
  readonly key: string;
  readonly #events = new Events();
  readonly #streams = new Set<MessageStream>();
  readonly #session: Session;

  /** Made by `connect`. */
  constructor(address: Address, options: JoinOptions, environment: Environment) {
    const { name, room = address.room, key = randomId(), token } = options;
    this.key = key;
    const join = {
      key,
      ...(room === undefined ? {} : { room }),
      ...(name === undefined ? {} : { name }),
      ...(token === undefined ? {} : { token }),
    };
    this.#session = new Session(address.url, join, environment, this.#events);
    this.#events.on('message', (message) => {
      for (const stream of this.#streams) stream.push(message);
    });
    this.#events.on('state', () => this.#endStreamsIfStopped());
  }

  /** How the connection is. */
  get state(): ClientState {
    return this.#session.state;
  }

  /** By what it is connected, or tries to be: `events` where WebSockets don't get through. */
  get transport(): Transport {
    return this.#session.transport;
  }

  /** What the server said when the client last joined; undefined before it first did. */
  get hello(): Hello | undefined {
    return this.#session.hello;
  }

  /** What the others see, or will see; undefined while only the server could say. */
  get name(): string | undefined {
    return this.#session.name;
  }

  /** The server's clock, as well as it is known here. */
  get clock(): Clock {
    return this.#session.clock;
  }

  /** How many are in the room; 0 before the client first joined. */
  get online(): number {
    return this.#session.online;
  }

  /**
   * The messages from now on, for a `for await` loop. It ends when the client is closed, and throws
   * when the connection has stopped or when more than 1,000 messages wait for the loop.
   */
  get messages(): AsyncIterableIterator<Message, undefined> {
    const stream = new MessageStream();
    this.#streams.add(stream);
    this.#endStreamsIfStopped();
    return stream.read(() => this.#streams.delete(stream));
  }

  /** Calls `listener` on every such event; the result ends that. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Says `text` in the room. Resolves with the receipt: the message as it stands in the log. Until
   * then it is sent again over every new connection, and is logged once all the same.
   *
   * Rejects with a {@link TickchatError}: with the code of the server's refusal (`too_long`, `empty`,
   * …; `unavailable` and `unknown` after a minute of trying), `full` if 1,000 wait already,
   * `closed` or `stopped` when the client is.
   *
   * @param options.id the same id is the same message: to try one again that was rejected
   */
  async send(text: string, { id = randomId() }: { readonly id?: string } = {}): Promise<Message> {
    if (id === '' || id.length > MAX_ID_LENGTH) {
      throw new TickchatError('bad_frame', `an id takes 1 to ${MAX_ID_LENGTH} characters`);
    }
    return this.#session.send(id, text);
  }

  /**
   * How many bytes the server takes beyond `text` in one message, below 0 if that is too long;
   * undefined before the client first joined.
   */
  bytesLeft(text: string): number | undefined {
    return this.hello && this.hello.limits.message - utf8Length(text);
  }

  /**
   * Takes another name, for what is said from now on. The server may refuse it where a token says the
   * name: `refused` is fired then.
   *
   * @throws {TickchatError} `bad_name`
   */
  rename(name: string): void {
    this.#session.rename(name);
  }

  /** Connects now: after it stopped, or instead of waiting for the next attempt. Not after `close`. */
  reconnect(): void {
    this.#session.reconnect();
  }

  /** Leaves. What has no receipt yet is rejected with `closed`. Calling it again does nothing. */
  close(): void {
    this.#session.close();
  }

  #endStreamsIfStopped(): void {
    const { state } = this;
    if (state.name !== 'stopped') return;
    for (const stream of this.#streams) {
      stream.end(state.reason === 'closed' ? undefined : errorOf(state));
    }
    this.#streams.clear();
  }
}
