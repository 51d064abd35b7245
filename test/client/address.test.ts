import { describe, expect, it } from '@jest/globals';
import { addressOf } from '../../src/client/address.js';
import { ROOM_NAME_RULE } from '../../src/protocol/room-name.js';

describe('addressOf', () => {
  it.each([
    ['http://localhost:9876/', 'ws://localhost:9876/ws', 'lobby'],
    ['http://localhost:9876/client.html', 'ws://localhost:9876/ws', 'lobby'],
    ['https://chat.example/', 'wss://chat.example/ws', 'lobby'],
    ['http://[::1]:9876/client.html#top', 'ws://[::1]:9876/ws', 'lobby'],
    ['https://example.org/tools/chat/', 'wss://example.org/tools/chat/ws', 'lobby'],
    [
      'https://example.org/chat/client.html?room=team-a',
      'wss://example.org/chat/ws?room=team-a',
      'team-a',
    ],
    ['http://localhost/?x=1&room=9_lives&y=2', 'ws://localhost/ws?room=9_lives', '9_lives'],
  ])('finds the WebSocket of %s', (page, url, room) => {
    expect(addressOf(page)).toEqual({ ok: true, url, room });
  });

  it.each([
    ['http://localhost/?room=', '“”'],
    ['http://localhost/?room=Team%20A', '“Team A”'],
    ['http://localhost/?room=-a', '“-a”'],
    [`http://localhost/?room=${'a'.repeat(65)}`, `“${'a'.repeat(65)}”`],
    [`http://localhost/?room=${'a'.repeat(9000)}`, `“${'a'.repeat(80)}…”`],
  ])('says why there is none for %s', (page, quoted) => {
    const address = addressOf(page);
    expect(address.ok).toBe(false);
    const error = address.ok ? '' : address.error;
    expect(error).toContain(quoted);
    expect(error).toContain(ROOM_NAME_RULE);
  });
});
