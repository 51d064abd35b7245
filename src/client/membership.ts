import { readServerFrame, type ReceivedFail } from '../protocol/read-server-frame.js';
import {
  clientFrame,
  V1_SUBPROTOCOL,
  type ClientPayloads,
  type Hello,
  type Message,
  type Ticks,
} from '../protocol/v1.js';
import type { Environment } from './environment.js';
import { joinOf, nameOf, type Introduction } from './introduction.js';
import type { Events } from './events.js';
import { ReconnectingSocket } from './reconnecting-socket.js';
import type { ReconnectingState } from './reconnecting-state.js';
import { Outbox } from './outbox.js';
import { OwnName } from './own-name.js';
import { Metronome, type Clock } from './metronome.js';
import { Cursor } from './cursor.js';
import type { Transport } from './socket.js';
import { errorOf, type ClientState, type Stopped } from './state.js';
import { Watchdog } from './watchdog.js';

/** Membership in one room across reconnects: joins, resumes, and turns frames into events. */
export class Membership {
  readonly #introduction: Introduction;
  readonly #name: OwnName;
  readonly #events: Events;
  readonly #socket: ReconnectingSocket;
  readonly #watchdog: Watchdog;
  readonly #outbox: Outbox;
  readonly #cursor = new Cursor();
  readonly #metronome: Metronome;
  readonly #stopListening: () => void;
  #state: ClientState = { name: 'connecting' };
  /** Of this connection, if it has joined. */
  #joinedAs: Hello | undefined;
  /** Of the newest join. */
  #hello: Hello | undefined;
  #online = 0;

  constructor(url: string, introduction: Introduction, environment: Environment, events: Events) {
    this.#introduction = introduction;
    this.#name = new OwnName(introduction.name);
    this.#events = events;
    this.#outbox = new Outbox(environment, (message) => this.#transmit('msg', message));
    this.#metronome = new Metronome(environment, {
      probe: (t0) => this.#transmit('sync', { t0 }),
      tick: (tick) => events.emit('tick', tick),
    });
    this.#watchdog = new Watchdog(environment, {
      probe: () => this.#metronome.probe(),
      dead: () => this.#socket.terminate(),
    });
    this.#socket = new ReconnectingSocket(url, [V1_SUBPROTOCOL], environment, {
      onState: (state) => this.#onSocketState(state),
      onOpen: () => this.#introduce(),
      onText: (text) => this.#onText(text),
    });
    this.#stopListening = environment.onWake(() => {
      this.#socket.wake();
      this.#watchdog.check();
      this.#metronome.check();
    });
    this.#socket.connect();
  }

  get state(): ClientState {
    return this.#state;
  }

  get transport(): Transport {
    return this.#socket.transport;
  }

  /** The hello of the last join; undefined before the first. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** The name that others see, or will see; undefined while only the server could say. */
  get name(): string | undefined {
    return this.#name.shown;
  }

  get clock(): Clock {
    return this.#metronome;
  }

  /** Number of people in the room; 0 before the first join. */
  get online(): number {
    return this.#online;
  }

  /** Resolves with the receipt of a message. */
  async send(id: string, text: string): Promise<Message> {
    if (this.#state.name === 'stopped') throw errorOf(this.#state);
    return this.#outbox.add(id, text);
  }

  /** Takes another name. @throws {TickchatError} `bad_name` */
  rename(name: string): void {
    this.#name.rename(nameOf(name));
    if (this.#joinedAs !== undefined) this.#tellName();
  }

  /** Connects now, unless it is connected or was closed. */
  reconnect(): void {
    if (this.#state.name !== 'stopped') this.#socket.wake();
    else if (this.#state.reason !== 'closed') this.#socket.connect();
  }

  /** Leaves for good. */
  close(): void {
    if (this.#state.name === 'stopped' && this.#state.reason === 'closed') return;
    this.#stopListening();
    this.#socket.stop();
    this.#stop({ name: 'stopped', reason: 'closed', text: 'the client was closed' });
  }

  #onSocketState(state: ReconnectingState): void {
    switch (state.name) {
      case 'connecting':
        return this.#setState(state);
      case 'connected':
        return; // #onHello sets the state, when the hello is read
      case 'waiting':
        this.#disconnected();
        return this.#setState({ ...state, name: 'reconnecting' });
      case 'stopped':
        return this.#stop(state);
    }
  }

  #introduce(): void {
    const introduction = { ...this.#introduction, ticks: this.#ticks };
    const join = joinOf(introduction, this.#name.take(), this.#cursor.position);
    this.#metronome.ask();
    this.#transmit('join', join);
  }

  /** The ticks that the server sends over this connection: all where it is SSE. */
  get #ticks(): Ticks {
    return this.transport === 'sse' ? 'all' : this.#introduction.ticks;
  }

  #onText(text: string): void {
    this.#watchdog.heard();
    const frame = readServerFrame(text);
    switch (frame?.verb) {
      case 'hello':
        return this.#onHello(frame.payload);
      case 'bad hello':
        return this.#onBadHello();
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
      case undefined: // a frame for newer clients, or one that breaks the protocol
    }
  }

  #onHello(hello: Hello): void {
    if (this.#joinedAs !== undefined) return;
    this.#joinedAs = hello;
    this.#hello = hello;
    this.#online = hello.online;
    this.#socket.markHealthy();
    this.#watchdog.start(hello.tick.period, this.#ticks);
    if (this.#name.joined(hello.you.name)) this.#tellName();
    const gap = this.#cursor.resume(hello);
    this.#setState({ name: 'connected' });
    this.#events.emit('online', hello.online);
    this.#metronome.start(hello);
    if (gap !== undefined) this.#events.emit('gap', gap);
    this.#openOutboxAtHead();
  }

  /** A second hello is ignored, whatever it says. */
  #onBadHello(): void {
    if (this.#joinedAs !== undefined) return;
    this.#socket.stop();
    this.#stop({ name: 'stopped', reason: 'bad_server', text: 'the server broke the protocol' });
  }

  #onMessage(message: Message): void {
    if (this.#joinedAs === undefined) return;
    if (this.#cursor.onMessage(message)) this.#events.emit('message', message);
    // A listener may have closed the client.
    if (message.from.id === this.#hello?.you.id) this.#outbox.onReceipt(message);
    this.#openOutboxAtHead();
  }

  #onFail(fail: ReceivedFail): void {
    if (fail.id !== undefined) return this.#outbox.onFail(fail);
    if (this.#joinedAs !== undefined) return this.#onRenameFailed(fail, this.#joinedAs);
    this.#socket.stop();
    this.#stop({ name: 'stopped', reason: fail.code, text: fail.text });
  }

  /** Only a rename is refused with `forbidden` and without an id. */
  #onRenameFailed({ code, text }: ReceivedFail, { you }: Hello): void {
    if (code !== 'forbidden') return;
    this.#name.refused(you.name);
    this.#events.emit('rename-failed', { text });
  }

  /** Messages receipted by the replay are not sent again; new ones come after it. */
  #openOutboxAtHead(): void {
    if (this.#joinedAs === undefined || this.#outbox.isOpen) return;
    if (this.#cursor.atHead) this.#outbox.open(this.#joinedAs.limits.message);
  }

  #tellName(): void {
    const name = this.#name.take();
    if (name !== undefined) this.#transmit('name', { name });
  }

  #disconnected(): void {
    this.#joinedAs = undefined;
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
    this.#socket.send(clientFrame(verb, payload));
  }
}
