import type { Message, Person } from '../client/index.js';
import { element } from './element.js';
import { LongTexts } from './long-texts.js';
import {
  dayOf,
  lineAcross,
  MessageRow,
  type FailureChoices,
  type RowAbove,
} from './message-row.js';
import { People } from './people.js';

/** Maximum number of lines kept: a busy room must not fill a phone's memory. */
const MAX_LINES = 1000;

/** Distance from the end that counts as at the end, px: zoomed pages stop at fractions. */
const END_SLACK_PX = 24;

const NO_ROW: RowAbove = { author: undefined, time: undefined };

/** A line to be shown: a message, with its row if it was pending, or a gap. */
type QueuedLine =
  | { readonly message: Message; readonly own: boolean; readonly row: MessageRow | undefined }
  | 'gap';

/**
 * The list of messages, with pending ones at its end. It follows the newest message unless the user
 * has scrolled up. Then the view stays in place, and a button counts the new messages.
 */
export class MessageList {
  readonly #log = element('log', HTMLElement);
  readonly #newer = element('newer', HTMLButtonElement);
  readonly #people = new People();
  readonly #longTexts = new LongTexts((toggled) => this.#onHeights(toggled));
  /** Pending and failed messages by id, in the order of the page. */
  readonly #pending = new Map<string, MessageRow>();
  #following = true;
  #unread = 0;
  #above = NO_ROW;
  #day = dayOf(Date.now());
  /** Shown at the next animation frame: a burst costs one layout, a hidden page none. */
  #waiting: QueuedLine[] = [];

  constructor() {
    this.#log.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.#newer.addEventListener('click', () => {
      this.follow();
      this.#log.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#following && this.#scrollToEnd()).observe(this.#log);
  }

  /** Adds a person, to tell people of the same name apart. */
  addPerson(person: Person): void {
    if (this.#people.add(person)) this.#showIdsOf(person.name);
  }

  /** Shows a text while the list is empty, once that is `known`: after the join. */
  showEmptyState(known: boolean): void {
    this.#log.classList.toggle('known', known);
  }

  /** Adds a message at the end; an own one replaces its pending row. */
  add(message: Message, own: boolean): void {
    this.#enqueue({ message, own, row: own ? this.#takePending(message.id) : undefined });
  }

  /** Shows that messages are missing here. */
  addGap(): void {
    this.#enqueue('gap');
  }

  /** Adds an own message that has no receipt yet. */
  addPending(id: string, text: string): void {
    const row = new MessageRow(text, true, this.#longTexts);
    row.markPending();
    this.#pending.set(id, row);
    this.#log.append(row.element);
    if (this.#following) this.#scrollToEnd();
  }

  /** Shows that a failed message is being sent again. */
  markPending(id: string): void {
    this.#pending.get(id)?.markPending();
  }

  /** Shows that a message was not sent, and why. */
  markFailed(id: string, why: string, choices: FailureChoices): void {
    this.#pending.get(id)?.markFailed(why, choices);
    if (this.#following) this.#scrollToEnd();
  }

  /** Removes a pending message: discarded, or already in the list. */
  removePending(id: string): void {
    this.#takePending(id)?.element.remove();
  }

  /** Scrolls to the newest message and follows. */
  follow(): void {
    this.#following = true;
    this.#forgetUnread();
    this.#scrollToEnd();
  }

  #enqueue(waiting: QueuedLine): void {
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

  /** Inserts before the pending rows. A row in its place stays: moved, it is read aloud again. */
  #insert(lines: readonly HTMLElement[]): void {
    const [firstPending] = this.#pending.values();
    lines.reduceRight<Element | null>((next, line) => {
      if (line.parentElement !== this.#log || line.nextElementSibling !== next) {
        this.#log.insertBefore(line, next);
      }
      return line;
    }, firstPending?.element ?? null);
  }

  #linesOf(waiting: QueuedLine): HTMLElement[] {
    if (waiting === 'gap') {
      this.#above = NO_ROW;
      return [lineAcross('gap', 'Some messages are missing here.')];
    }
    const { message, own, row = new MessageRow(message.text, own, this.#longTexts) } = waiting;
    const day = dayOf(message.at);
    const lines: HTMLElement[] = [];
    if (day !== this.#day) {
      lines.push(lineAcross('day', day));
      this.#above = NO_ROW;
    }
    this.#day = day;
    this.addPerson(message.from);
    this.#above = row.markLogged(message, own, this.#above, this.#people.shares(message.from.name));
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

  /** Removes the oldest lines over the limit. Returns the height removed, px. */
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

  /** A text that the user has opened is read from its beginning: the view stays. */
  #onHeights(toggled: boolean): void {
    if (toggled) this.#onScroll();
    else if (this.#following) this.#scrollToEnd();
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
