import { describe, expect, it } from '@jest/globals';
import { addressOf } from '../../src/client/address.js';

describe('addressOf', () => {
  it.each([
    ['http://localhost:9876', 'ws://localhost:9876/ws', undefined],
    ['http://localhost:9876/client.html', 'ws://localhost:9876/ws', undefined],
    ['https://chat.example/', 'wss://chat.example/ws', undefined],
    ['http://[::1]:9876/client.html#top', 'ws://[::1]:9876/ws', undefined],
    ['https://example.org/tools/chat/', 'wss://example.org/tools/chat/ws', undefined],
    ['https://example.org/chat/client.html?room=team-a', 'wss://example.org/chat/ws', 'team-a'],
    ['http://localhost/?x=1&room=Not%20this&y=2', 'ws://localhost/ws', 'Not this'],
    ['https://example.org/tickchat', 'wss://example.org/tickchat/ws', undefined],
    ['https://example.org/tickchat?room=a', 'wss://example.org/tickchat/ws', 'a'],
    ['https://example.org/a/client.html', 'wss://example.org/a/ws', undefined],
    ['http://localhost:9876/ws', 'ws://localhost:9876/ws', undefined],
    ['http://localhost:9876/chat/ws/', 'ws://localhost:9876/chat/ws', undefined],
    ['wss://example.org/ws/', 'wss://example.org/ws', undefined],
    ['ws://localhost:9876/ws', 'ws://localhost:9876/ws', undefined],
    ['wss://example.org/chat/ws?room=a&via=b#c', 'wss://example.org/chat/ws?via=b', 'a'],
  ])('finds the WebSocket of %s', (page, url, room) => {
    expect(addressOf(page)).toEqual({ url, room });
    expect(addressOf(new URL(page))).toEqual({ url, room });
  });

  it('takes a relative address from the page', () => {
    const page = 'https://example.org/chat/client.html?room=here';
    expect(addressOf('/ws-chat/?room=there', page)).toEqual({
      url: 'wss://example.org/ws-chat/ws',
      room: 'there',
    });
    expect(addressOf('', page).room).toBe('here');
  });

  it.each(['', 'localhost:9876', '/chat', 'ftp://localhost/', 'file:///tmp/a.html'])(
    'throws where there can be none: %j',
    (address) => {
      expect(() => addressOf(address)).toThrow(/Invalid URL|not an address/);
    },
  );
});
