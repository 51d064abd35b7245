import { connect, isKey, type Client, type ClientState, type Message } from '../client/index.js';
import { causeText } from './cause-text.js';
import { Composer } from './composer.js';
import { ConnectionPanel } from './connection-panel.js';
import { Dial } from './dial.js';
import { StoredValue } from './stored-value.js';
import { MessageList } from './message-list.js';
import { NameField } from './name-field.js';
import { Outgoing } from './outgoing.js';
import { PageToken } from './page-token.js';
import { roomLike } from './room-like.js';
import { RoomPanel } from './room-panel.js';
import { stoppedText } from './stopped-text.js';
import { SyncLine } from './sync-line.js';
import { UnreadTitle } from './unread-title.js';

const HOW_TO_SEND = 'Enter sends, Shift + Enter starts a new line.';
const WAITING = 'Your messages wait and are sent automatically.';
const NOT_CONNECTED = `Not connected. ${WAITING}`;
const STOPPED = 'Not connected. Your text stays here.';

const wantedRoom = new URLSearchParams(location.search).get('room') ?? '';
const storedKey = new StoredValue(() => localStorage, 'key');

const title = new UnreadTitle();
const dial = new Dial(() => phaseOf(client));
const syncLine = new SyncLine();
const room = new RoomPanel();
const log = new MessageList();
const nameField = new NameField((name) => client.rename(name));
const token = new PageToken();
const client = connect(location.href, {
  name: nameField.name,
  key: validKey(storedKey.read()),
  token: () => token.read(),
});
storedKey.write(client.key);
const outgoing = new Outgoing(client, log, wantedRoom);
const panel = new ConnectionPanel({
  again: () => client.reconnect(),
  useToken: (text) => token.enter(text),
});
const composer = new Composer({
  bytesLeft: (text) => client.bytesLeft(text),
  send(text) {
    outgoing.send(text);
    log.follow();
  },
});

showState(client.state);
client.on('state', showState);
client.on('online', (n) => room.showOnline(n));
client.on('tick', ({ n }) => {
  dial.show(n, client.hello?.tick.period ?? 0);
  syncLine.show(client.clock);
});
client.on('rename-failed', () => nameField.makeReadOnly(client.name));
client.on('gap', () => log.addGap());
client.on('message', showMessage);

function showMessage(message: Message): void {
  const own = message.from.id === client.hello?.you.id;
  log.add(message, own);
  if (!own && !isHistory(message)) title.addUnread();
}

/** Whether the message is older than this visit. */
function isHistory({ seq }: Message): boolean {
  const { hello } = client;
  return hello?.recovered === null && seq <= hello.log.seq;
}

function showState(state: ClientState): void {
  if (state.name === 'stopped') {
    dial.stop();
    syncLine.hide();
  }
  if (state.name !== 'connected') room.hideOnline();
  switch (state.name) {
    case 'connecting':
      composer.setState(true, NOT_CONNECTED, false);
      return panel.connecting();
    case 'connected':
      return showConnected();
    case 'reconnecting':
      composer.setState(true, `Not connected: ${causeText(state.cause)}. ${WAITING}`, false);
      return panel.reconnectingIn(state.delayMs);
    case 'stopped':
      composer.setState(false, STOPPED);
      log.showEmptyState(false);
      if (state.reason === 'bad_room') {
        return panel.noSuchRoom(stoppedText(state, wantedRoom), roomLike(wantedRoom));
      }
      if (state.reason === 'not_allowed') {
        return panel.needsToken(stoppedText(state, wantedRoom));
      }
      return panel.stopped(stoppedText(state, wantedRoom));
  }
}

function showConnected(): void {
  composer.setState(true, HOW_TO_SEND);
  log.showEmptyState(true);
  panel.connected(client.transport);
  if (client.hello === undefined) return;
  title.setRoom(client.hello.room);
  room.show(client.hello.room);
  composer.showIf(client.hello.you.write);
  log.addPerson(client.hello.you);
  nameField.showName(client.hello.you.name);
}

/** The stored key, unless something else has written there. */
function validKey(key: string | undefined): string | undefined {
  return key !== undefined && isKey(key) ? key : undefined;
}

/** Elapsed part of the current tick, 0 to 1. */
function phaseOf({ clock, hello }: Client): number {
  const period = hello?.tick.period ?? NaN;
  return 1 - (clock.next() - clock.now()) / period;
}
