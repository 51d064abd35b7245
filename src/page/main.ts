import { connect, type Client, type ClientState, type Message } from '../client/index.js';
import { Composer } from './composer.js';
import { ConnectionPanel } from './connection-panel.js';
import { Dial } from './dial.js';
import { Kept } from './kept.js';
import { MessageLog } from './message-log.js';
import { NameField } from './name-field.js';
import { Outgoing } from './outgoing.js';
import { PageToken } from './page-token.js';
import { RoomPanel } from './room-panel.js';
import { stopWords } from './stop-words.js';
import { SyncLine } from './sync-line.js';
import { UnreadTitle } from './unread-title.js';

const HOW_TO_SEND = 'Enter sends, Shift + Enter starts a new line.';
const NOT_CONNECTED = 'Not connected. What you say waits and is sent by itself.';
const READ_ONLY = 'This token is for reading only.';
const STOPPED = 'Not connected. What you write stays here.';

const wantedRoom = new URLSearchParams(location.search).get('room') ?? '';
const keptKey = new Kept(() => localStorage, 'key');

const title = new UnreadTitle();
const dial = new Dial(() => phaseOf(client));
const syncLine = new SyncLine();
const room = new RoomPanel();
const log = new MessageLog();
const nameField = new NameField((name) => client.rename(name));
const token = new PageToken();
const client = connect(location.href, {
  name: nameField.name,
  key: keptKey.read(),
  token: () => token.read(),
});
keptKey.write(client.key);
const outgoing = new Outgoing(client, log, wantedRoom, () => {
  readOnly = true;
  if (client.state.name === 'connected') composer.allow(false, READ_ONLY);
});
const panel = new ConnectionPanel(() => client.reconnect());
const composer = new Composer({
  bytesLeft: (text) => client.bytesLeft(text),
  say(text) {
    outgoing.say(text);
    log.follow();
  },
});

/** The server has said so; a page has one token as long as it is open. */
let readOnly = false;

showState(client.state);
client.on('state', showState);
client.on('online', (n) => room.count(n));
client.on('tick', ({ n }) => {
  dial.show(n, client.hello?.tick.period ?? 0);
  syncLine.show(client.clock);
});
client.on('refused', () => nameField.fix(client.name));
client.on('gap', () => log.addGap());
client.on('message', showMessage);

function showMessage(message: Message): void {
  const own = message.from.id === client.hello?.you.id;
  log.add(message, own);
  if (!own && !isHistory(message)) title.count();
}

/** Whether it was there before the reader was. */
function isHistory({ seq }: Message): boolean {
  const { hello } = client;
  return hello?.recovered === null && seq <= hello.log.seq;
}

function showState(state: ClientState): void {
  if (state.name === 'stopped') {
    dial.rest();
    syncLine.hide();
  }
  if (state.name !== 'connected') room.uncount();
  switch (state.name) {
    case 'connecting':
      composer.allow(true, NOT_CONNECTED, false);
      return panel.connecting();
    case 'connected':
      return showConnected();
    case 'reconnecting':
      composer.allow(true, NOT_CONNECTED, false);
      return panel.reconnectingIn(state.delayMs);
    case 'stopped':
      composer.allow(false, STOPPED);
      log.explainEmptiness(false);
      if (state.reason === 'bad_room') return panel.noSuchRoom(stopWords(state, wantedRoom));
      return panel.stopped(stopWords(state, wantedRoom));
  }
}

function showConnected(): void {
  composer.allow(!readOnly, readOnly ? READ_ONLY : HOW_TO_SEND);
  log.explainEmptiness(true);
  panel.connected(client.transport);
  if (client.hello === undefined) return;
  title.name(client.hello.room);
  room.show(client.hello.room);
  log.meet(client.hello.you);
  nameField.meet(client.hello.you.name);
}

/** How much of the tick that is on is over, 0 to 1. */
function phaseOf({ clock, hello }: Client): number {
  const period = hello?.tick.period ?? NaN;
  return 1 - (clock.next() - clock.now()) / period;
}
