import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { Inbox } from './inbox.js';

/** A Server-Sent Event as it came. */
export interface ReceivedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** An answer that isn't a stream. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Reads a stream of Server-Sent Events as HTML's Living Standard says (§9.2.6). */
export class EventClient {
  readonly headers: IncomingHttpHeaders;
  readonly inbox = new Inbox<ReceivedEvent>();
  /** Everything as it came. */
  text = '';
  readonly closed: Promise<void>;
  readonly #leave: () => void;

  private constructor(headers: IncomingHttpHeaders, closed: Promise<void>, leave: () => void) {
    this.headers = headers;
    this.closed = closed;
    this.#leave = leave;
  }

  /** Opens a stream at `http://127.0.0.1:port`; rejects if the answer is none. */
  static open(port: number, path: string, headers: OutgoingHttpHeaders = {}): Promise<EventClient> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { port, path, headers, host: '127.0.0.1', agent: false },
        (response) => {
          if (response.statusCode !== 200) {
            asked.destroy();
            return reject(new Error(`status ${response.statusCode}`));
          }
          const closed = new Promise<void>((done) => response.once('close', () => done()));
          const leave = (): void => void asked.destroy();
          const client = new EventClient(response.headers, closed, leave);
          response.setEncoding('utf8').on('data', (chunk: string) => client.#receive(chunk));
          response.on('error', () => {}); // it was cut: 'close' follows
          resolve(client);
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }

  /** The events of this type that have come. */
  all(type: string): ReceivedEvent[] {
    return this.inbox.items.filter(({ event }) => event === type);
  }

  /** Resolves with the data of the `n`th event of this type, counted from 0. */
  async next(type: string, n = 0): Promise<ReceivedEvent> {
    await this.inbox.until(`event ${type} ${n}`, () => this.all(type).length > n);
    const event = this.all(type)[n];
    if (event === undefined) throw new Error(`no ${type} ${n}`);
    return event;
  }

  /** The same, out of JSON. */
  async json<Payload>(type: string, n = 0): Promise<Payload> {
    return JSON.parse((await this.next(type, n)).data) as Payload;
  }

  /** The texts of the messages that have come. */
  get texts(): string[] {
    return this.all('msg').map(({ data }) => (JSON.parse(data) as { text: string }).text);
  }

  /** Resolves when `count` messages have come. */
  async untilTexts(count: number): Promise<string[]> {
    await this.inbox.until(`${count} messages`, () => this.texts.length >= count);
    return this.texts;
  }

  leave(): void {
    this.#leave();
  }

  #receive(chunk: string): void {
    const whole = this.text.lastIndexOf('\n\n') + 2;
    const from = whole < 2 ? 0 : whole;
    this.text += chunk;
    for (const event of eventsIn(this.text.slice(from))) this.inbox.push(event);
  }
}

/** The whole events in a text, those without data left out. */
export function eventsIn(text: string): ReceivedEvent[] {
  const blocks = text.split(/(?:\r\n|\n|\r){2}/).slice(0, -1);
  return blocks.flatMap((block) => {
    const fields = new Map(
      block.split(/\r\n|\n|\r/).map((line) => {
        const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/su.exec(line) ?? [];
        return [name, value];
      }),
    );
    const data = fields.get('data');
    if (data === undefined) return [];
    return [{ event: fields.get('event') ?? 'message', id: fields.get('id'), data }];
  });
}

/** Makes a request and reads the answer to its end. */
export function ask(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: OutgoingHttpHeaders; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { port, method, path, headers, host: '127.0.0.1', agent: false };
    const asked = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text.trim() }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
