import { element } from './element.js';

/** A message and when it arrived. */
export interface Line {
  readonly text: string;
  /** Whether it was written on this page. */
  readonly own: boolean;
  /** Number of the tick that was on, undefined before the first. */
  readonly tick: number | undefined;
  readonly arrivedAt: Date;
}

/** Messages that the page keeps: a busy room must not fill the memory of a phone. */
const MAX_LINES = 1000;

/** So near the end, in pixels, counts as at the end: zoomed pages stop at fractions. */
const END_SLACK_PX = 24;

/**
 * The conversation. It follows the newest message unless the reader has scrolled up; then what
 * the reader looks at stays where it is, and a button says how many came meanwhile.
 */
export class MessageLog {
  readonly #log = element('log', HTMLElement);
  readonly #newer = element('newer', HTMLButtonElement);
  #following = true;
  #unread = 0;
  #lastTick: number | undefined;
  /** Shown with the next frame that is drawn: a burst costs one layout, a hidden page none. */
  #waiting: Line[] = [];

  constructor() {
    this.#log.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.#newer.addEventListener('click', () => {
      this.follow();
      this.#log.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#following && this.#scrollToEnd()).observe(this.#log);
  }

  /** Shows a message below all others. */
  add(line: Line): void {
    if (this.#waiting.push(line) === 1) requestAnimationFrame(() => this.#flush());
    if (this.#waiting.length > MAX_LINES) this.#waiting.shift();
  }

  /** Goes to the newest message and stays with the newest. */
  follow(): void {
    this.#following = true;
    this.#forgetUnread();
    this.#scrollToEnd();
  }

  #flush(): void {
    const lines = this.#waiting;
    this.#waiting = [];
    const top = this.#log.scrollTop;
    this.#log.append(...lines.map((line) => this.#render(line)));
    const goneHeight = this.#trim();
    if (this.#following) return this.#scrollToEnd();
    this.#log.scrollTop = top - goneHeight;
    this.#unread += lines.length;
    this.#newer.textContent = this.#unread === 1 ? '1 new message' : `${this.#unread} new messages`;
    this.#newer.hidden = false;
  }

  #render({ text, own, tick, arrivedAt }: Line): HTMLElement {
    const row = document.createElement('div');
    row.className = own ? 'message own' : 'message';
    row.append(this.#stamp(tick, arrivedAt));
    if (own) row.append(ownMark());
    row.append(bodyOf(text));
    return row;
  }

  /** The tick in which it came, where that is another than the line above came in. */
  #stamp(tick: number | undefined, arrivedAt: Date): HTMLElement {
    const stamp = document.createElement('time');
    stamp.className = 'stamp';
    stamp.dateTime = arrivedAt.toISOString();
    stamp.title = `arrived at ${arrivedAt.toLocaleTimeString()}`;
    stamp.setAttribute('aria-hidden', 'true'); // a number before each message would be in a listener's way
    if (tick !== undefined && tick !== this.#lastTick) stamp.textContent = String(tick);
    this.#lastTick = tick;
    return stamp;
  }

  /** Removes the oldest lines over the limit; returns how many pixels are gone above the rest. */
  #trim(): number {
    const rows = this.#log.children;
    const surplus = rows.length - MAX_LINES;
    const first = rows[0];
    const firstKept = rows[surplus];
    if (surplus <= 0 || first === undefined || firstKept === undefined) return 0;
    const height = firstKept.getBoundingClientRect().top - first.getBoundingClientRect().top;
    for (let removed = 0; removed < surplus; removed += 1) rows[0]?.remove();
    return height;
  }

  #onScroll(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    const atEnd = scrollHeight - scrollTop - clientHeight <= END_SLACK_PX;
    this.#following = atEnd;
    if (atEnd) this.#forgetUnread();
  }

  #forgetUnread(): void {
    this.#unread = 0;
    this.#newer.hidden = true;
  }

  #scrollToEnd(): void {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}

/** Says to a listener what others see by the shade. */
function ownMark(): HTMLElement {
  const mark = document.createElement('span');
  mark.className = 'unseen';
  mark.textContent = 'You: ';
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
