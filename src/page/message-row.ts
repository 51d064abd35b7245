import type { Message } from '../client/index.js';
import type { LongTexts } from './long-texts.js';
import { shortId } from './people.js';
import { quietButton } from './quiet-button.js';

/** Time of day in 24 hours, in every language. */
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

/** The user's choices for a message that wasn't sent. */
export interface FailureChoices {
  /** Absent if it would fail again. */
  readonly retry?: () => void;
  readonly discard: () => void;
}

/** Author and time shown by the row above, not repeated here. */
export interface RowAbove {
  readonly author: string | undefined;
  readonly time: string | undefined;
}

/** One message on the page: pending, failed, or logged. */
export class MessageRow {
  readonly element = document.createElement('div');
  readonly #stamp = document.createElement('time');
  readonly #body = document.createElement('div');
  readonly #deliveryStatus = document.createElement('div');

  /**
   * @param own whether the user sent it
   * @param longTexts collapses a long text
   */
  constructor(text: string, own: boolean, longTexts: LongTexts) {
    this.element.className = own ? 'message own' : 'message';
    this.#stamp.className = 'stamp';
    // A screen reader would read it before each message.
    this.#stamp.setAttribute('aria-hidden', 'true');
    this.#body.className = 'body';
    if (own) this.#body.append(visuallyHidden('You: '));
    const body = textElement(text);
    this.#body.append(body, ...longTexts.watch(body));
    this.element.append(this.#stamp, this.#body);
  }

  /** Shows that the message is pending. */
  markPending(): void {
    this.element.classList.add('pending');
    this.element.classList.remove('failed');
    this.#deliveryStatus.remove();
  }

  /** Shows that the message wasn't sent, and why. */
  markFailed(why: string, { retry, discard }: FailureChoices): void {
    this.element.classList.replace('pending', 'failed');
    this.#deliveryStatus.className = 'delivery-status';
    const again = retry === undefined ? [] : [quietButton('Try again', retry)];
    this.#deliveryStatus.replaceChildren(why, ...again, quietButton('Discard', discard));
    this.#body.append(this.#deliveryStatus);
  }

  /** Shows the logged message. Omits author and time that the row above shows. */
  markLogged({ at, from }: Message, own: boolean, above: RowAbove, shared: boolean): RowAbove {
    this.element.classList.remove('pending', 'failed');
    this.#deliveryStatus.remove();
    const date = new Date(at);
    const time = HOUR_AND_MINUTE.format(date);
    this.#stamp.dateTime = date.toISOString();
    this.#stamp.title = DATE_AND_TIME.format(date);
    this.#stamp.textContent = time === above.time ? '' : time;
    const author = `${from.id} ${from.name}`;
    if (!own) {
      this.#body.prepend(
        author === above.author ? visuallyHidden(`${from.name}: `) : nameElement(from, shared),
      );
    }
    return { author, time };
  }
}

/** A line between messages. */
export function lineAcross(kind: 'gap' | 'day', text: string): HTMLElement {
  const line = document.createElement('p');
  line.className = kind;
  line.textContent = text;
  return line;
}

/** The day of `at` (ms since 1970), in words. */
export function dayOf(at: number): string {
  return DATE.format(at);
}

/** The name, and the public id if another person has the same name. */
function nameElement({ id, name }: Message['from'], shared: boolean): HTMLElement {
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

/** Text for screen readers; others see it by the shade or the row above. */
function visuallyHidden(text: string): HTMLElement {
  const mark = document.createElement('span');
  mark.className = 'visually-hidden';
  mark.textContent = text;
  return mark;
}

/** The message as plain text, in the direction of its script. */
function textElement(text: string): HTMLElement {
  const body = document.createElement('p');
  body.className = 'text';
  body.dir = 'auto';
  body.textContent = text;
  return body;
}
