import { ClosedLoop } from './closed-loop.js';
import { Connection, type ReadSettings } from './connection.js';
import type { Dialect } from './dialect.js';
import type { Endpoint } from './open-socket.js';
import { OrderCheck, type OrderFaults } from './order-check.js';
import type { PayloadReader, PayloadWriter } from './payload.js';
import { roomName, roomOfClient, sendersInRoom, slotOfSender, type BenchPlan } from './plan.js';
import { sourceAddress } from './source-addresses.js';
import { isInStorm, stormRoom } from './storm.js';
import type { Tally } from './tally.js';
import type { TurnEnd } from './turn-end.js';

/** Shared state of all clients of a thread. */
export interface ClientSettings extends ReadSettings {
  readonly plan: BenchPlan;
  readonly endpoint: Endpoint;
  readonly dialect: Dialect;
  readonly reader: PayloadReader;
  readonly writer: PayloadWriter;
  readonly tally: Tally;
  readonly turnEnd: TurnEnd;
}

const ZERO = 48;
const NINE = 57;

/** One client of a run. Connects, checks what it receives, and sends if it is a sender. */
export class Client {
  /** Number of the client in the run. */
  readonly index: number;
  readonly #settings: ClientSettings;
  readonly #room: number;
  readonly #order: OrderCheck;
  readonly #loop: ClosedLoop | undefined;
  readonly #tickPrefix: Buffer;
  #connection: Connection | undefined;
  #onReady: (() => void) | undefined;
  #firstFrame: string | undefined;
  #startAt = Infinity;
  #sent = 0;

  constructor(settings: ClientSettings, index: number) {
    const { plan, dialect } = settings;
    this.index = index;
    this.#settings = settings;
    this.#room = roomOfClient(plan, index);
    const senders = sendersInRoom(plan, this.#room);
    this.#order = new OrderCheck(senders);
    if (plan.load.kind === 'closed' && this.isSender) this.#loop = new ClosedLoop(senders);
    this.#tickPrefix = Buffer.from(dialect.tickPrefix);
    this.#firstFrame = dialect.greeting?.(index);
  }

  /** Whether the client sends. */
  get isSender(): boolean {
    return this.index < this.#settings.plan.senders;
  }

  /** Whether the client is connected and reads all the time, so that its messages count. */
  get counts(): boolean {
    const stays = !isInStorm(this.#settings.plan, this.index);
    return this.#connection !== undefined && stays && !this.#stalls;
  }

  /** Number of messages sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Bytes that are still in this process. */
  get unsent(): number {
    return this.#connection?.unsent ?? 0;
  }

  get faults(): OrderFaults {
    return this.#order.faults;
  }

  get #roomName(): string {
    const { plan } = this.#settings;
    return isInStorm(plan, this.index) ? stormRoom(plan, this.index) : roomName(plan, this.#room);
  }

  get #stalls(): boolean {
    const { clients, stalled, readEvery } = this.#settings.plan;
    return this.index >= clients - stalled || this.index % readEvery !== 0;
  }

  /** Connects. Resolves when the client may send; rejects if the server rejects it. */
  async connect(): Promise<void> {
    await this.#open();
    this.#settings.tally.count('connected');
  }

  /** Closes the connection in order to come back. */
  leave(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Connects again after {@link leave}; a failure counts as closed. */
  async comeBack(): Promise<void> {
    const returned = await this.#open().then(
      () => true,
      () => false, // #onClosed has counted it
    );
    if (returned) this.#settings.tally.count('returned');
  }

  /** Opens a connection. Resolves when the client may send; rejects if the server rejects it. */
  #open(): Promise<void> {
    const { plan, dialect } = this.#settings;
    const endpoint = { ...this.#settings.endpoint, subprotocol: dialect.subprotocol };
    const { path, token } = plan.target;
    const target = dialect.target(path, this.#roomName, token);
    const from = sourceAddress(endpoint.address, this.index);
    return new Promise((resolve, reject) => {
      this.#onReady = () => {
        this.#onReady = undefined;
        resolve();
      };
      const connection = new Connection(endpoint, target, from, this.#settings, {
        onOpen: () => {
          if (this.#firstFrame !== undefined) connection.send(this.#firstFrame);
          if (dialect.readyWhenOpen) this.#onReady?.();
        },
        onText: this.#onText,
        onClosed: (why) => {
          if (connection !== this.#connection) return; // it had left
          this.#connection = undefined;
          this.#settings.tally.count('closed');
          reject(new Error(why));
        },
      });
      this.#connection = connection;
    });
  }

  /**
   * Starts the load: leaves, stalls, or sends the first message of a closed loop.
   *
   * @param startAt µs
   */
  begin(startAt: number): void {
    this.#startAt = startAt;
    if (isInStorm(this.#settings.plan, this.index)) this.leave();
    else if (this.#stalls) this.#connection?.pause();
    else if (this.#loop !== undefined) this.send();
  }

  /** Sends the next message. */
  send(): void {
    if (this.#connection === undefined) return;
    const { dialect, writer, tally } = this.#settings;
    const time = this.#settings.now() - this.#startAt;
    this.#connection.send(dialect.wrap(writer.write(this.index, this.#sent, time)));
    this.#sent += 1;
    tally.count('sent');
  }

  /** Stops sending; the client keeps receiving. */
  stopSending(): void {
    this.send = () => {};
  }

  /** Number of messages of the senders in its room that it has not received. */
  awaited(sentBySender: readonly number[]): number {
    const { plan } = this.#settings;
    let awaited = 0;
    for (let sender = this.#room; sender < plan.senders; sender += plan.rooms) {
      const sent = sentBySender[sender] ?? 0;
      awaited += this.#order.awaited(slotOfSender(plan, sender), sent);
    }
    return awaited;
  }

  close(): void {
    this.#connection?.close();
  }

  #onText = (bytes: Buffer, start: number, end: number, at: number): void => {
    const { reader, plan, tally } = this.#settings;
    if (reader.read(bytes, start, end)) {
      tally.delivered(reader.sentAt, at);
      const { sender, seq } = reader;
      this.#order.received(slotOfSender(plan, sender), seq);
      if (this.#loop?.received(seq) === true) this.#settings.turnEnd.add(this);
    } else if (!this.#readTick(bytes, start, end, at)) this.#onOther(bytes, start, end);
  };

  #readTick(bytes: Buffer, start: number, end: number, at: number): boolean {
    const prefix = this.#tickPrefix;
    if (bytes.compare(prefix, 0, prefix.length, start, start + prefix.length) !== 0) return false;
    let n = 0;
    for (let i = start + prefix.length; i < end; i += 1) {
      const digit = bytes[i] ?? 0;
      if (digit < ZERO || digit > NINE) break;
      n = n * 10 + digit - ZERO;
    }
    if (!isInStorm(this.#settings.plan, this.index)) this.#settings.tally.ticked(n, at);
    return true;
  }

  #onOther(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('utf8', start, end);
    const { ready, reply, resume } = this.#settings.dialect.onOther(text, this.index);
    if (resume !== undefined) this.#firstFrame = resume;
    if (reply !== undefined) this.#connection?.send(reply);
    if (ready === true) this.#onReady?.();
  }
}
