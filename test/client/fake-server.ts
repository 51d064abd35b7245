import { frameText, parseFrame } from '../../src/protocol/frame.js';
import {
  serverFrame,
  type Hello,
  type Message,
  type Position,
  type Send,
  type ServerPayloads,
} from '../../src/protocol/v1.js';
import type { FakeEnvironment } from './fake-environment.js';

/** The public id that the fake server gives to the client. */
export const ME = 'me-0123456789';

const HELLO: Hello = {
  room: 'lobby',
  you: { id: ME, name: 'Ann', write: true },
  tick: { n: 10, epoch: 0, period: 1000 },
  now: 10_250,
  log: { epoch: 'first', seq: 0 },
  recovered: null,
  replay: 0,
  online: 1,
  limits: { message: 100, rate: 20, burst: 40 },
  server: 'tickchat/test',
};

/** The server's part of the protocol, played by the test on the newest fake socket. */
export class FakeServer {
  readonly #environment: FakeEnvironment;
  #at = 0;

  constructor(environment: FakeEnvironment) {
    this.#environment = environment;
  }

  /** The server's clock. */
  get now(): number {
    return HELLO.now + this.#environment.now();
  }

  /** Opens the socket and answers the join. */
  welcomes(hello: Partial<Hello> = {}): void {
    this.#environment.socket.opens();
    const { now } = this;
    this.says('hello', {
      ...HELLO,
      now,
      tick: { ...HELLO.tick, n: Math.floor(now / 1000) },
      ...hello,
    });
  }

  /** Welcomes a client that has had a connection before, with `replay` messages to follow. */
  resumes(log: Position, recovered: boolean, replay: number): void {
    this.welcomes({ log, recovered, replay });
  }

  says<V extends keyof ServerPayloads>(verb: V, payload: ServerPayloads[V]): void {
    this.#environment.socket.receives(frameText(serverFrame(verb, payload)));
  }

  /** A message of somebody else. */
  speaks(seq: number, text = `text ${seq}`): void {
    this.announces({ seq, text, from: { id: 'ben', name: 'Ben' }, id: `ben-${seq}` });
  }

  /** Takes what the client has sent: as message `seq`. */
  receipts(seq: number, { id, text }: Send): Message {
    return this.announces({ seq, id, text, from: HELLO.you });
  }

  announces(message: Omit<Message, 'at'>): Message {
    this.#at += 1;
    const whole = { ...message, at: this.#at };
    this.says('msg', whole);
    return whole;
  }

  /** The payloads of this verb that came over the newest socket. */
  got<Payload>(verb: string): Payload[] {
    return this.#environment.socket.sent
      .map((text) => parseFrame(text))
      .flatMap((frame) => (frame?.verb === verb ? [JSON.parse(frame.payload) as Payload] : []));
  }

  /** The messages that came over the newest socket. */
  get sends(): Send[] {
    return this.got<Send>('msg');
  }

  /** The texts of these. */
  get texts(): string[] {
    return this.sends.map(({ text }) => text);
  }

  /** The newest message that came. */
  get lastSend(): Send {
    const last = this.sends.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return last;
  }
}
