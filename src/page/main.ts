import { addressOf } from '../client/address.js';
import type { LinkEnvironment, LinkState } from '../client/link.js';
import { PlainClient } from '../client/plain-client.js';
import { stopReason, wasTooLong } from '../client/stop-reason.js';
import { Composer } from './composer.js';
import { ConnectionPanel } from './connection-panel.js';
import { Dial } from './dial.js';
import { element } from './element.js';
import { MessageLog } from './message-log.js';

const HOW_TO_SEND = 'Enter sends, Shift + Enter starts a new line.';
const NOT_CONNECTED = 'Not connected. What you write stays here until it can be sent.';
const NOWHERE = 'Not connected: the address of this page names no room.';

const environment: LinkEnvironment = {
  WebSocket,
  random: () => Math.random(),
  setTimer(wake, delayMs) {
    const timeout = setTimeout(wake, delayMs);
    return () => clearTimeout(timeout);
  },
};

const address = addressOf(location.href);
const panel = new ConnectionPanel(() => client?.connect());
const dial = new Dial();
const log = new MessageLog();
const composer = new Composer((text) => {
  const sent = client?.send(text) ?? false;
  if (sent) log.follow();
  return sent;
});
const client = address.ok ? clientAt(address.url) : undefined;

if (address.ok) {
  element('room', HTMLElement).textContent = address.room;
  document.title = `${address.room} · tickchat`;
} else {
  composer.allow(false, NOWHERE);
  panel.noSuchRoom(address.error);
}
client?.connect();

addEventListener('online', () => client?.wake());
document.addEventListener('visibilitychange', () => {
  // Timers of a hidden page run late: somebody is looking now.
  if (document.visibilityState === 'visible') client?.wake();
});

function clientAt(url: string): PlainClient {
  let tick: number | undefined;
  return new PlainClient(url, environment, {
    onState: showState,
    onTick(n) {
      tick = n;
      dial.show(n);
    },
    onMessage: (text, own) => log.add({ text, own, tick, arrivedAt: new Date() }),
  });
}

function showState(state: LinkState): void {
  const connected = state.name === 'connected';
  composer.allow(connected, connected ? HOW_TO_SEND : NOT_CONNECTED);
  if (!connected) dial.rest();
  switch (state.name) {
    case 'connecting':
      return panel.connecting();
    case 'connected':
      return panel.connected();
    case 'waiting':
      return panel.reconnectingIn(state.delayMs);
    case 'stopped':
      if (wasTooLong(state.code)) composer.takeBack();
      return panel.stopped(stopReason(state.code));
  }
}
