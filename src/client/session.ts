import { cleanName, NAME_RULE } from '../protocol/name.js';
import { readServerFrame } from '../protocol/read-server-frame.js';
import {
  clientFrame,
  V1_SUBPROTOCOL,
  type ClientPayloads,
  type Fail,
  type Hello,
  type Join,
  type Message,
} from '../protocol/v1.js';
import type { Environment } from './environment.js';
import { TickchatError } from './error.js';
import type { Events } from './events.js';
import { Link, type LinkState } from './link.js';
import { Outbox } from './outbox.js';
import { Metronome, type Clock } from './metronome.js';
import { Place } from './place.js';
import type { Transport } from './socket.js';
import { errorOf, stoppedByCode, type ClientState, type Stopped } from './state.js';
import { Watchdog } from './watchdog.js';

/** A token, or what gives the one of the moment, for a server that may be asked again and again. */
export type TokenSource = string | (() => string | undefined);

/** How a session introduces itself over each connection. */
export interface Introduction extends Omit<Join, 'after' | 'token'> {
  readonly token?: TokenSource;
}

/**
 * One person's stay in a room, over as many connections as it takes: joins, goes on where it was,
 * and makes of the frames what the app is told.
 */
export class Session {
  readonly #join: Omit<Join, 'after' | 'name' | 'token'>;
  readonly #token: TokenSource | undefined;
  readonly #events: Events;
  readonly #link: Link;
  readonly #watchdog: Watchdog;
  readonly #outbox: Outbox;
  readonly #place = new Place();
  readonly #metronome: Metronome;
  readonly #stopListening: () => void;
  #name: string | undefined;
  /** The name that the server was told over this connection. */
  #toldName: string | undefined;
  /** The name that the server said, or that it was told since. */
  #shownName: string | undefined;
  #state: ClientState = { name: 'connecting' };
  #hello: Hello | undefined;
  #online = 0;
  #joined = false;

  constructor(
    url: string,
    { name, token, ...join }: Introduction,
    environment: Environment,
    events: Events,
  ) {
    this.#join = join;
    this.#token = token;
    this.#name = name;
    this.#events = events;
    this.#outbox = new Outbox(environment, (message) => this.#transmit('msg', message));
    const probe = (t0 = environment.now()): void => this.#transmit('sync', { t0 });
    this.#metronome = new Metronome(environment, {
      probe,
      tick: (tick) => events.emit('tick', tick),
    });
    this.#watchdog = new Watchdog(environment, {
      probe,
      dead: () => this.#link.cut(),
    });
    this.#link = new Link(url, [V1_SUBPROTOCOL], environment, {
      onState: (state) => this.#onLink(state),
      onOpen: () => this.#introduce(),
      onText: (text) => this.#onText(text),
    });
    this.#stopListening = environment.onWake(() => {
      this.#link.wake();
      this.#watchdog.check();
      this.#metronome.check();
    });
    this.#link.connect();
  }

  get state(): ClientState {
    return this.#state;
  }

  get transport(): Transport {
    return this.#link.transport;
  }

  /** What the server said at the last join. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** What the others see, or will see; undefined while only the server could say. */
  get name(): string | undefined {
    return this.#shownName ?? this.#name;
  }

  get clock(): Clock {
    return this.#metronome;
  }

  /** How many are in the room; 0 before the first join. */
  get online(): number {
    return this.#online;
  }

  /** Resolves with the receipt of a message. */
  async send(id: string, text: string): Promise<Message> {
    if (this.#state.name === 'stopped') throw errorOf(this.#state);
    return this.#outbox.add(id, text);
  }

  /** Takes another name; throws `bad_name`. */
  rename(name: string): void {
    const cleaned = cleanName(name);
    if (cleaned === undefined) throw new TickchatError('bad_name', `a name is ${NAME_RULE}`);
    this.#name = cleaned;
    this.#shownName = cleaned;
    if (this.#joined) this.#tellName();
  }

  /** Connects now, if it doesn't, and hasn't left. */
  reconnect(): void {
    if (this.#state.name !== 'stopped') this.#link.wake();
    else if (this.#state.reason !== 'closed') this.#link.connect();
  }

  /** Leaves for good. */
  close(): void {
    if (this.#state.name === 'stopped' && this.#state.reason === 'closed') return;
    this.#stopListening();
    this.#link.stop();
    this.#stop({ name: 'stopped', reason: 'closed', text: 'the client was closed' });
  }

  #onLink(state: LinkState): void {
    switch (state.name) {
      case 'connecting':
        return this.#setState(state);
      case 'connected':
        return; // said by #onHello, when all about it is known
      case 'waiting':
        this.#disconnected();
        return this.#setState({ name: 'reconnecting', delayMs: state.delayMs });
      case 'stopped':
        return this.#stop(stoppedByCode(state.code, state.reason));
    }
  }

  #introduce(): void {
    const after = this.#place.position;
    const name = this.#name;
    const token = typeof this.#token === 'function' ? this.#token() : this.#token;
    this.#toldName = name;
    this.#metronome.ask();
    this.#transmit('join', {
      ...this.#join,
      ...(name === undefined ? {} : { name }),
      ...(token === undefined ? {} : { token }),
      ...(after === undefined ? {} : { after }),
    });
  }

  #onText(text: string): void {
    this.#watchdog.heard();
    const frame = readServerFrame(text);
    switch (frame?.verb) {
      case 'hello':
        return this.#onHello(frame.payload);
      case 'msg':
        return this.#onMessage(frame.payload);
      case 'tick':
        return this.#metronome.onFrame(frame.payload);
      case 'sync':
        return this.#metronome.onAnswer(frame.payload);
      case 'online':
        this.#online = frame.payload.n;
        return this.#events.emit('online', this.#online);
      case 'fail':
        return this.#onFail(frame.payload);
      default: // for newer clients
    }
  }

  #onHello(hello: Hello): void {
    if (this.#joined) return;
    this.#joined = true;
    this.#hello = hello;
    this.#online = hello.online;
    this.#link.confirm();
    this.#watchdog.start(hello.tick.period);
    this.#shownName = hello.you.name;
    if (this.#name !== this.#toldName) this.#tellName();
    const gap = this.#place.onHello(hello);
    this.#setState({ name: 'connected' });
    this.#events.emit('online', hello.online);
    this.#metronome.start(hello);
    if (gap !== undefined) this.#events.emit('gap', gap);
    this.#sendIfCaughtUp();
  }

  #onMessage(message: Message): void {
    if (!this.#joined) return;
    if (this.#place.onMessage(message)) this.#events.emit('message', message);
    if (message.from.id === this.#hello?.you.id) this.#outbox.onReceipt(message);
    this.#sendIfCaughtUp();
  }

  #onFail(fail: Fail): void {
    if (fail.id !== undefined) return this.#outbox.onFail(fail);
    if (this.#joined) return this.#onRefusal(fail);
    this.#link.stop();
    this.#stop({ name: 'stopped', reason: fail.code, text: fail.text });
  }

  /** Of what can be refused without an id, only a name is forbidden. */
  #onRefusal({ code, text }: Fail): void {
    if (code !== 'forbidden') return;
    this.#name = this.#toldName = this.#shownName = this.#hello?.you.name;
    this.#events.emit('refused', { text });
  }

  /** What is receipted by the replay need not be sent again; what is said now comes after it. */
  #sendIfCaughtUp(): void {
    if (this.#hello === undefined || !this.#joined || this.#outbox.isOpen) return;
    if (this.#place.caughtUp) this.#outbox.open(this.#hello.limits.message);
  }

  #tellName(): void {
    this.#toldName = this.#name;
    this.#shownName = this.#name;
    if (this.#name !== undefined) this.#transmit('name', { name: this.#name });
  }

  #disconnected(): void {
    this.#joined = false;
    this.#watchdog.stop();
    this.#metronome.pause();
    this.#outbox.shut();
  }

  #stop(state: Stopped): void {
    this.#disconnected();
    this.#metronome.stop();
    this.#setState(state);
    this.#outbox.rejectAll(errorOf(state));
  }

  #setState(state: ClientState): void {
    this.#state = state;
    this.#events.emit('state', state);
  }

  #transmit<V extends keyof ClientPayloads>(verb: V, payload: ClientPayloads[V]): void {
    this.#link.send(clientFrame(verb, payload));
  }
}
