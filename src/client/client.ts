import { utf8Length } from '../protocol/text.js';
import { checkJoin } from './introduction.js';
import { MAX_ID_LENGTH, type Hello, type Message, type Ticks } from '../protocol/v1.js';
import type { Address } from './address.js';
import type { Environment } from './environment.js';
import { TickchatError } from './state.js';
import { Events, type ClientEvents } from './events.js';
import { MessageStream } from './message-stream.js';
import type { Clock } from './metronome.js';
import { randomId } from './random-id.js';
import type { TokenSource } from './introduction.js';
import { Membership } from './membership.js';
import type { Transport } from './socket.js';
import { errorOf, type ClientState } from './state.js';

/** The room to join, and the client's identity. */
export interface JoinOptions {
  /** Default: the `?room=` of the address, else `lobby`. */
  readonly room?: string | undefined;
  /** Display name, up to 32 characters. Default: the server's choice. */
  readonly name?: string | undefined;
  /** A random secret, 8 to 128 characters, from which the public id is derived. Default: new. */
  readonly key?: string | undefined;
  /** Token, or a function called at each connection, for a server that requires tokens. */
  readonly token?: TokenSource | undefined;
  /**
   * Tick frames that the server sends: `sparse` (default), at least every 5 s, as a check of the
   * clock, or `all`. The client fires every tick by its clock in either case. A connection over SSE
   * gets all.
   */
  readonly ticks?: Ticks | undefined;
}

/**
 * A lasting connection to a room. It reconnects by itself, fetches missed messages, and sends each
 * message until the server has receipted it.
 */
export class Client {
  /** The secret from which the public id is derived. Keep it to keep the id. */
  readonly key: string;
  readonly #events = new Events();
  readonly #streams = new Set<MessageStream>();
  readonly #membership: Membership;

  /**
   * Use `connect`.
   *
   * @throws {TickchatError} `bad_name`, `bad_room`, `bad_key` or `bad_ticks`
   */
  constructor(address: Address, options: JoinOptions, environment: Environment) {
    const { name, room = address.room, key = randomId(), token, ticks = 'sparse' } = options;
    checkJoin({ key, ticks, name, room: options.room });
    this.key = key;
    const join = { key, ticks, room, name, token };
    this.#membership = new Membership(address.url, join, environment, this.#events);
    this.#events.on('message', (message) => {
      for (const stream of this.#streams) stream.push(message);
    });
    this.#events.on('state', () => this.#endStreamsIfStopped());
  }

  /** State of the connection. */
  get state(): ClientState {
    return this.#membership.state;
  }

  /** Transport of the connection or attempt: `sse` where WebSockets don't get through. */
  get transport(): Transport {
    return this.#membership.transport;
  }

  /** The server's `hello` of the last join; undefined before the first. */
  get hello(): Hello | undefined {
    return this.#membership.hello;
  }

  /** The name that others see, or will see; undefined until known. */
  get name(): string | undefined {
    return this.#membership.name;
  }

  /** The estimate of the server's clock. */
  get clock(): Clock {
    return this.#membership.clock;
  }

  /** Number of people in the room; 0 before the first join. */
  get online(): number {
    return this.#membership.online;
  }

  /**
   * The messages from now on, for a `for await` loop. The loop ends when the client is closed. It
   * throws when the connection stops, or when more than 1,000 messages are queued for it.
   */
  messages(): AsyncIterableIterator<Message, undefined> {
    const stream = new MessageStream();
    this.#streams.add(stream);
    this.#endStreamsIfStopped();
    return stream.read(() => this.#streams.delete(stream));
  }

  /** Calls `listener` for every such event; the result removes it. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  /** Calls `listener` for the next such event only; the result removes it. */
  once<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => void,
  ): () => void {
    const remove = this.#events.on(name, (event) => {
      remove();
      listener(event);
    });
    return remove;
  }

  /** Removes a listener that was added with {@link on}. */
  off<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => void,
  ): void {
    this.#events.off(name, listener);
  }

  /**
   * Sends `text` to the room. Resolves with the receipt: the message as it stands in the log. Until
   * then it is sent again over every new connection; the server logs it once.
   *
   * Rejects with a {@link TickchatError}: the server's fail code (`too_long`, `empty`, …;
   * `unavailable` and `unknown` after a minute of attempts), `full` if 1,000 are queued already,
   * `closed` or `stopped` if the client is.
   *
   * @param options.id the same id is the same message: use it to send a rejected one again
   */
  async send(
    text: string,
    { id = randomId() }: { readonly id?: string | undefined } = {},
  ): Promise<Message> {
    if (id === '' || id.length > MAX_ID_LENGTH) {
      throw new TickchatError('bad_frame', `an id takes 1 to ${MAX_ID_LENGTH} characters`);
    }
    return this.#membership.send(id, text);
  }

  /**
   * How many more bytes fit into a message with `text`; negative if it is too long, undefined
   * before the first join.
   */
  bytesLeft(text: string): number | undefined {
    return this.hello && this.hello.limits.message - utf8Length(text);
  }

  /**
   * Takes another name for later messages. A server may refuse it if the token sets the name; then
   * `rename-failed` is emitted.
   *
   * @throws {TickchatError} `bad_name`
   */
  rename(name: string): void {
    this.#membership.rename(name);
  }

  /** Connects now: after a stop, or instead of waiting. Does nothing after `close`. */
  reconnect(): void {
    this.#membership.reconnect();
  }

  /** Leaves. Messages without a receipt reject with `closed`. Idempotent. */
  close(): void {
    this.#membership.close();
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
