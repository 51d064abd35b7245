import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { SECRET, tokenWith } from '../support/tokens.js';
import { until } from '../support/until.js';

/** A state of the page, made by what a person does. */
export interface PageState {
  readonly name: string;
  readonly enter: (open: Open) => Promise<ChatPage>;
}

/** Opens a page: of the open server, or of the one that wants tokens. */
export type Open = (
  server: 'open' | 'guarded',
  path?: string,
  options?: BrowserContextOptions,
) => Promise<ChatPage>;

const LONG = 'a line\n'.repeat(30);

/** The states that a reader can meet. */
export const STATES: readonly PageState[] = [
  { name: 'an empty room', enter: (open) => connected(open) },
  { name: 'an empty room, dark', enter: (open) => connected(open, { colorScheme: 'dark' }) },
  { name: 'messages', enter: (open) => withMessages(open) },
  { name: 'messages, dark', enter: (open) => withMessages(open, { colorScheme: 'dark' }) },
  {
    name: 'messages on a phone',
    enter: (open) => withMessages(open, { viewport: { width: 320, height: 568 } }),
  },
  { name: 'forced colours', enter: (open) => withMessages(open, { forcedColors: 'active' }) },
  {
    name: 'a long message, expanded',
    enter: async (open) => {
      const chat = await withMessages(open);
      await chat.page.getByRole('button', { name: 'Show all' }).first().click();
      return chat;
    },
  },
  {
    name: 'reconnecting, with a pending message',
    enter: async (open) => {
      const chat = await connected(open);
      await chat.page.context().setOffline(true);
      await chat.evaluate(`WebSocket.prototype.send = function () { this.close(); }`);
      await chat.say('not yet');
      await chat.reaches('reconnecting');
      return chat;
    },
  },
  {
    name: 'a message that is too long',
    enter: async (open) => {
      const chat = await connected(open);
      await chat.field.fill('x'.repeat(5000));
      return chat;
    },
  },
  {
    name: 'a message that was not sent',
    enter: async (open) => {
      const chat = await connected(open);
      await chat.evaluate(
        `sessionStorage.setItem('tickchat.outgoing.', JSON.stringify([['a', 'old', 'other']]))`,
      );
      await chat.reload();
      await chat.page.getByText('Not sent').waitFor();
      return chat;
    },
  },
  {
    name: 'the link in its sheet',
    enter: async (open) => {
      const chat = await connected(open);
      await chat.page.getByRole('button', { name: 'Copy link' }).click();
      await chat.page.getByRole('dialog').waitFor();
      return chat;
    },
  },
  { name: 'a room that can be none', enter: (open) => stopped(open, 'open', '?room=No%20Room') },
  { name: 'a token is needed', enter: (open) => stopped(open, 'guarded', '?room=class-1') },
  {
    name: 'a token for reading only',
    enter: async (open) => {
      const token = await tokenWith({ write: false });
      const chat = await open('guarded', `?room=class-1#token=${token}`);
      await chat.reaches('connected');
      return chat;
    },
  },
];

async function connected(open: Open, options?: BrowserContextOptions): Promise<ChatPage> {
  const chat = await open('open', '', options);
  await chat.reaches('connected');
  return chat;
}

async function withMessages(open: Open, options?: BrowserContextOptions): Promise<ChatPage> {
  const chat = await connected(open, options);
  for (const text of ['hello', LONG]) await chat.say(text);
  await until('both', async () => (await chat.texts()).length >= 2);
  return chat;
}

async function stopped(open: Open, server: 'open' | 'guarded', path: string): Promise<ChatPage> {
  const chat = await open(server, path);
  await chat.reaches('stopped');
  return chat;
}

/** Two servers and a way to open pages of theirs, each in a context of its own. */
export async function startServers(
  folder: string,
): Promise<{ openIn: (browser: Browser) => Open; url: string; stop: () => Promise<void> }> {
  const secret = join(folder, 'secret');
  writeFileSync(secret, SECRET);
  const servers: Record<'open' | 'guarded', Daemon> = {
    open: await startDaemon(),
    guarded: await startDaemon(['--auth-secret-file', secret]),
  };
  return {
    url: servers.open.url,
    openIn:
      (browser) =>
      (server, path = '', options = {}) =>
        ChatPage.open(browser, `${servers[server].url}${path}`, options),
    stop: async () => {
      for (const server of Object.values(servers)) await server.kill();
    },
  };
}
