import { describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../src/client/plain-client.js';
import { FakeEnvironment } from './fake-environment.js';

function connected() {
  const environment = new FakeEnvironment();
  const ticks: number[] = [];
  const messages: Array<{ text: string; own: boolean }> = [];
  const states: string[] = [];
  const client = new PlainClient('ws://localhost/ws', environment, {
    onState: (state) => states.push(state.name),
    onTick: (n) => ticks.push(n),
    onMessage: (text, own) => messages.push({ text, own }),
  });
  client.connect();
  environment.socket.opens();
  return { environment, client, ticks, messages, states };
}

describe('plain client', () => {
  it('tells ticks and messages apart', () => {
    const { environment, ticks, messages, states } = connected();
    environment.socket.receives('tick:0');
    environment.socket.receives('msg:hello');
    environment.socket.receives('tick:123456789012');
    expect(states).toEqual(['connecting', 'connected']);
    expect(ticks).toEqual([0, 123_456_789_012]);
    expect(messages).toEqual([{ text: 'hello', own: false }]);
  });

  it.each(['tick:9', 'a:b:c', ':', ' two\nlines ', '<img src=x onerror=alert(1)>', '🙂'])(
    'takes the text of a message as it is: %j',
    (text) => {
      const { environment, messages } = connected();
      environment.socket.receives(`msg:${text}`);
      expect(messages).toEqual([{ text, own: false }]);
    },
  );

  it.each(['', 'hello', 'online:{"n":2}', 'tick:', 'tick:-1', 'tick:1e3', 'tick:1 ', 'TICK:1'])(
    'ignores what it does not know: %j',
    (frame) => {
      const { environment, ticks, messages } = connected();
      environment.socket.receives(frame);
      expect([...ticks, ...messages]).toEqual([]);
    },
  );

  it('sends the text and nothing else, and shows it when it comes back', () => {
    const { environment, client, messages } = connected();
    expect(client.send('tick:9')).toBe(true);
    expect(environment.socket.sent).toEqual(['tick:9']);
    expect(messages).toEqual([]);
    environment.socket.receives('msg:tick:9');
    expect(messages).toEqual([{ text: 'tick:9', own: true }]);
  });

  it('takes each message that it sent for its own once', () => {
    const { environment, client, messages } = connected();
    client.send('yes');
    environment.socket.receives('msg:no');
    environment.socket.receives('msg:yes');
    environment.socket.receives('msg:yes');
    expect(messages.map(({ own }) => own)).toEqual([false, true, false]);
  });

  it('expects nothing back that was sent over a lost connection', () => {
    const { environment, client, messages } = connected();
    client.send('lost?');
    environment.socket.ends(1006);
    expect(client.send('not sent')).toBe(false);
    client.wake();
    environment.socket.opens();
    environment.socket.receives('msg:lost?');
    expect(messages).toEqual([{ text: 'lost?', own: false }]);
  });
});
