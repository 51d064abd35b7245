import { chromium, firefox, type Browser } from 'playwright-core';

/** Where Debian's packages put them. A browser that isn't there fails the test that needs it. */
const CHROMIUM = '/usr/bin/chromium';
const FIREFOX = '/usr/bin/firefox-esr';

/** A Chromium that runs as root in a container and talks to nobody but the page's server. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The Firefox that the system has, unpatched. */
export function launchFirefox(): Promise<Browser> {
  return firefox.launch({ channel: 'moz-firefox', executablePath: FIREFOX });
}
