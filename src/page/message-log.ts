import type { Message, Person } from '../client/index.js';
import { element } from './element.js';
import {
  dayOf,
  lineAcross,
  MessageRow,
  type FailureChoices,
  type RowAbove,
} from './message-row.js';
import { People } from './people.js';

/** Lines that the page keeps: a busy room must not fill the memory of a phone. */
const MAX_LINES = 1000;

/** So near the end, in pixels, counts as at the end: zoomed pages stop at fractions. */
const END_SLACK_PX = 24;

const NOBODY: RowAbove = { author: undefined, time: undefined };

/** What waits to be shown: a message, with the row that it had while it was on its way; or a gap. */
type Waiting =
  | { readonly message: Message; readonly own: boolean; readonly row: MessageRow | undefined }
  | 'gap';

/**
 * The conversation, and below it what is on its way. It follows the newest message unless the
 * reader has scrolled up; then what the reader looks at stays where it is, and a button says how
 * many came meanwhile.
 */
export class MessageLog {
  readonly #log = element('log', HTMLElement);
  readonly #newer = element('newer', HTMLButtonElement);
  readonly #people = new People();
  /** On their way or failed, by id, in the order of the page. */
  readonly #pending = new Map<string, MessageRow>();
  #following = true;
  #unread = 0;
  #above = NOBODY;
  #day = dayOf(Date.now());
  /** Shown with the next frame that is drawn: a burst costs one layout, a hidden page none. */
  #waiting: Waiting[] = [];

  constructor() {
    this.#log.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.#newer.addEventListener('click', () => {
      this.follow();
      this.#log.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#following && this.#scrollToEnd()).observe(this.#log);
  }

  /** Takes note of the reader, who counts where a name is shared. */
  meet(person: Person): void {
    if (this.#people.meet(person)) this.#showIdsOf(person.name);
  }

  /** Whether an empty conversation says that it is: only who has come in can know. */
  explainEmptiness(known: boolean): void {
    this.#log.classList.toggle('known', known);
  }

  /** Shows a message below all others; one's own takes the place of what was on its way. */
  add(message: Message, own: boolean): void {
    this.#enqueue({ message, own, row: own ? this.#takePending(message.id) : undefined });
  }

  /** Says that messages are missing here. */
  addGap(): void {
    this.#enqueue('gap');
  }

  /** Shows at once what the reader says. */
  addPending(id: string, text: string): void {
    const row = new MessageRow(text, true);
    row.pend();
    this.#pending.set(id, row);
    this.#log.append(row.element);
    if (this.#following) this.#scrollToEnd();
  }

  /** It is on its way again. */
  pend(id: string): void {
    this.#pending.get(id)?.pend();
  }

  /** It was not sent. */
  fail(id: string, why: string, choices: FailureChoices): void {
    this.#pending.get(id)?.fail(why, choices);
    if (this.#following) this.#scrollToEnd();
  }

  /** The reader gave it up, or it is known to be further up. */
  removePending(id: string): void {
    this.#takePending(id)?.element.remove();
  }

  /** Goes to the newest message and stays with the newest. */
  follow(): void {
    this.#following = true;
    this.#forgetUnread();
    this.#scrollToEnd();
  }

  #enqueue(waiting: Waiting): void {
    if (this.#waiting.push(waiting) === 1) requestAnimationFrame(() => this.#flush());
    if (this.#waiting.length <= MAX_LINES) return;
    const dropped = this.#waiting.shift();
    if (dropped !== undefined && dropped !== 'gap') dropped.row?.element.remove();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const top = this.#log.scrollTop;
    this.#insert(waiting.flatMap((one) => this.#linesOf(one)));
    const goneHeight = this.#trim();
    if (this.#following) return this.#scrollToEnd();
    this.#log.scrollTop = top - goneHeight;
    this.#unread += waiting.filter((one) => one !== 'gap').length;
    this.#newer.textContent = this.#unread === 1 ? '1 new message' : `${this.#unread} new messages`;
    this.#newer.hidden = this.#unread === 0;
  }

  /** Before what is still on its way. What is in its place stays: moved, it would be read out again. */
  #insert(lines: readonly HTMLElement[]): void {
    const [firstPending] = this.#pending.values();
    lines.reduceRight<Element | null>((next, line) => {
      if (line.parentElement !== this.#log || line.nextElementSibling !== next) {
        this.#log.insertBefore(line, next);
      }
      return line;
    }, firstPending?.element ?? null);
  }

  #linesOf(waiting: Waiting): HTMLElement[] {
    if (waiting === 'gap') {
      this.#above = NOBODY;
      return [lineAcross('gap', 'Some messages are missing here.')];
    }
    const { message, own, row = new MessageRow(message.text, own) } = waiting;
    const day = dayOf(message.at);
    const lines: HTMLElement[] = [];
    if (day !== this.#day) {
      lines.push(lineAcross('day', day));
      this.#above = NOBODY;
    }
    this.#day = day;
    this.meet(message.from);
    this.#above = row.settle(message, own, this.#above, this.#people.shares(message.from.name));
    return [...lines, row.element];
  }

  #takePending(id: string): MessageRow | undefined {
    const row = this.#pending.get(id);
    this.#pending.delete(id);
    return row;
  }

  #showIdsOf(name: string): void {
    for (const who of this.#log.querySelectorAll<HTMLElement>('.who')) {
      const id = who.querySelector<HTMLElement>('.id');
      if (id !== null && this.#people.shares(who.dataset['name'] ?? name)) id.hidden = false;
    }
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
