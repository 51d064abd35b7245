import type { Browser } from 'playwright-core';
import { By, Key } from 'selenium-webdriver';
import { launchChromium, launchFirefox } from './browsers.js';
import { ChatPage } from './chat-page.js';
import type { Screen } from './screen.js';
import { until } from './until.js';
import { launchWebKit, type WebKit } from './webkit.js';

/** A browser with one person's profile at a time. */
export interface Screens {
  /** Opens the page as a person who was never here before. */
  open(url: string): Promise<Screen>;
  close(): Promise<void>;
}

/** Every browser that the page is for. */
export const BROWSERS: ReadonlyArray<readonly [name: string, launch: () => Promise<Screens>]> = [
  ['Chromium', async () => screensOf(await launchChromium())],
  ['Firefox', async () => screensOf(await launchFirefox())],
  ['WebKit', async () => webKitScreens(await launchWebKit())],
];

function screensOf(browser: Browser): Screens {
  return {
    open: (url) => ChatPage.connected(browser, url),
    close: () => browser.close(),
  };
}

function webKitScreens(webKit: WebKit): Screens {
  return {
    async open(url) {
      const { driver } = webKit;
      await driver.get(url);
      await driver.executeScript('localStorage.clear(); sessionStorage.clear();');
      await driver.navigate().refresh();
      const screen = new WebKitScreen(webKit, url, await driver.getWindowHandle());
      await screen.reaches('connected');
      return screen;
    },
    close: () => webKit.close(),
  };
}

class WebKitScreen implements Screen {
  readonly #webKit: WebKit;
  readonly #url: string;
  readonly #window: string;

  constructor(webKit: WebKit, url: string, window: string) {
    this.#webKit = webKit;
    this.#url = url;
    this.#window = window;
  }

  async say(text: string): Promise<void> {
    const driver = await this.#focused();
    await driver.findElement(By.id('text')).sendKeys(text, Key.ENTER);
  }

  texts(): Promise<string[]> {
    return this.evaluate(
      `[...document.querySelectorAll('#log .message:not(.pending, .failed) .text')]
        .map((text) => text.textContent)`,
    );
  }

  async textsWhen(count: number): Promise<string[]> {
    await until(`${count} messages`, async () => (await this.texts()).length >= count);
    return this.texts();
  }

  async reaches(state: string): Promise<void> {
    const reached = `document.getElementById('status').dataset.state === '${state}'`;
    await until(state, () => this.evaluate(reached), 40_000);
  }

  async reload(): Promise<void> {
    const driver = await this.#focused();
    await driver.navigate().refresh();
  }

  async evaluate<Value>(expression: string): Promise<Value> {
    const driver = await this.#focused();
    return driver.executeScript<Value>(`return ${expression}`);
  }

  async tab(): Promise<Screen> {
    const driver = await this.#focused();
    await driver.switchTo().newWindow('window');
    await driver.get(this.#url);
    const screen = new WebKitScreen(this.#webKit, this.#url, await driver.getWindowHandle());
    await screen.reaches('connected');
    return screen;
  }

  async #focused() {
    await this.#webKit.driver.switchTo().window(this.#window);
    return this.#webKit.driver;
  }
}
