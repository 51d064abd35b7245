import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Screen } from './screen.js';
import { until } from './until.js';

/** Longest that a page may take to come back: browsers themselves hold retries back. */
const RECONNECT_TIMEOUT_MS = 40_000;

/** The page as a person has it before them. */
export class ChatPage implements Screen {
  readonly page: Page;
  /** Complaints of the browser: errors in the console, exceptions, answers of 400 and above. */
  readonly complaints: readonly string[];

  private constructor(page: Page) {
    this.page = page;
    const complaints: string[] = [];
    this.complaints = complaints;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
    });
  }

  /** Opens `url` in a profile of its own. `script` runs in the page before its own. */
  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
    script?: string,
  ): Promise<ChatPage> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    if (script !== undefined) await page.addInitScript(script);
    const chat = new ChatPage(page);
    await page.goto(url);
    return chat;
  }

  /** Opens `url` and waits until it is connected. */
  static async connected(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
    script?: string,
  ): Promise<ChatPage> {
    const chat = await ChatPage.open(browser, url, options, script);
    await chat.reaches('connected');
    return chat;
  }

  get field(): Locator {
    return this.page.getByLabel('Your message');
  }

  get send(): Locator {
    return this.page.getByRole('button', { name: 'Send', exact: true });
  }

  get name(): Locator {
    return this.page.getByLabel('Name', { exact: true });
  }

  /** The line below the field. */
  get hint(): Locator {
    return this.page.locator('#hint');
  }

  get log(): Locator {
    return this.page.getByRole('log');
  }

  /** The button that leads to what came while the reader looked elsewhere. */
  get newer(): Locator {
    return this.page.getByRole('button', { name: /new message/ });
  }

  /** Waits until the connection is in this state. */
  async reaches(state: 'connecting' | 'connected' | 'reconnecting' | 'stopped'): Promise<void> {
    const timeout = RECONNECT_TIMEOUT_MS;
    await this.page.locator(`#status[data-state="${state}"]`).waitFor({ timeout });
  }

  /** Types `text` and presses Enter. */
  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
  }

  /** Every message in the log, from the top, to the letter; what is on its way left out. */
  texts(): Promise<string[]> {
    return this.log.locator('.message:not(.pending, .failed) .text').allTextContents();
  }

  /** Waits until there are `count` messages and returns them. */
  async textsWhen(count: number): Promise<string[]> {
    let texts: string[] = [];
    await until(`${count} messages`, async () => {
      texts = await this.texts();
      return texts.length >= count;
    });
    return texts;
  }

  /** The number on the clock, NaN before the first tick. */
  async tick(): Promise<number> {
    return Number(await this.page.getByRole('timer').textContent());
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  /** Another tab of the same person. */
  async tab(): Promise<ChatPage> {
    const page = await this.page.context().newPage();
    const chat = new ChatPage(page);
    await page.goto(this.page.url());
    await chat.reaches('connected');
    return chat;
  }

  /** The value of a JavaScript expression in the page. */
  async evaluate<Value>(expression: string): Promise<Value> {
    return this.page.evaluate<Value>(expression);
  }
}
