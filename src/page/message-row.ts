import type { Message } from '../client/index.js';
import { shortId } from './people.js';

/** Like a station's clock, in every language. */
const HOUR_AND_MINUTE = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const DATE_AND_TIME = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'full',
  timeStyle: 'medium',
});

/** What a reader can do about a message that wasn't sent. */
export interface FailureChoices {
  /** Missing where trying again would change nothing. */
  readonly retry?: () => void;
  readonly discard: () => void;
}

/** What the row above has said already and this one need not say again. */
export interface RowAbove {
  readonly author: string | undefined;
  readonly time: string | undefined;
}

/** One message on the page: on its way, failed, or as it stands in the log. */
export class MessageRow {
  readonly element = document.createElement('div');
  readonly #stamp = document.createElement('time');
  readonly #said = document.createElement('div');
  readonly #fate = document.createElement('div');

  /** @param own whether the reader said it */
  constructor(text: string, own: boolean) {
    this.element.className = own ? 'message own' : 'message';
    this.#stamp.className = 'stamp';
    this.#stamp.setAttribute('aria-hidden', 'true'); // before each message it would be in a listener's way
    this.#said.className = 'said';
    if (own) this.#said.append(unseen('You: '));
    this.#said.append(bodyOf(text));
    this.element.append(this.#stamp, this.#said);
  }

  /** It is on its way. */
  pend(): void {
    this.element.classList.add('pending');
    this.element.classList.remove('failed');
    this.#fate.remove();
  }

  /** It wasn't sent, and `why`. */
  fail(why: string, { retry, discard }: FailureChoices): void {
    this.element.classList.replace('pending', 'failed');
    this.#fate.className = 'fate';
    const again = retry === undefined ? [] : [choice('Try again', retry)];
    this.#fate.replaceChildren(why, ...again, choice('Discard', discard));
    this.#said.append(this.#fate);
  }

  /** It stands in the log. Says who and when as far as the row above doesn't. */
  settle({ at, from }: Message, own: boolean, above: RowAbove, shared: boolean): RowAbove {
    this.element.classList.remove('pending', 'failed');
    this.#fate.remove();
    const date = new Date(at);
    const time = HOUR_AND_MINUTE.format(date);
    this.#stamp.dateTime = date.toISOString();
    this.#stamp.title = DATE_AND_TIME.format(date);
    this.#stamp.textContent = time === above.time ? '' : time;
    const author = `${from.id} ${from.name}`;
    if (!own) {
      this.#said.prepend(author === above.author ? unseen(`${from.name}: `) : nameOf(from, shared));
    }
    return { author, time };
  }
}

/** A line across the conversation that is no message. */
export function lineAcross(kind: 'gap' | 'day', text: string): HTMLElement {
  const line = document.createElement('p');
  line.className = kind;
  line.textContent = text;
  return line;
}

/** The day on which `at` (ms since 1970) was, in words. */
export function dayOf(at: number): string {
  return DATE.format(at);
}

/** The name as text, and the public id for where somebody else has the same. */
function nameOf({ id, name }: Message['from'], shared: boolean): HTMLElement {
  const who = document.createElement('p');
  who.className = 'who';
  who.dataset['name'] = name;
  const bdi = document.createElement('bdi');
  bdi.textContent = name;
  const number = document.createElement('span');
  number.className = 'id';
  number.textContent = shortId(id);
  number.hidden = !shared;
  who.append(bdi, ' ', number);
  return who;
}

/** Says to a listener what others see by the shade, or by the row above. */
function unseen(text: string): HTMLElement {
  const mark = document.createElement('span');
  mark.className = 'unseen';
  mark.textContent = text;
  return mark;
}

/** What was said, as text whatever it looks like, in the direction of its own script. */
function bodyOf(text: string): HTMLElement {
  const body = document.createElement('p');
  body.className = 'text';
  body.dir = 'auto';
  body.textContent = text;
  return body;
}

function choice(words: string, choose: () => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = words;
  button.addEventListener('click', choose);
  return button;
}
