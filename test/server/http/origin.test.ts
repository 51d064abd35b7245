import { describe, expect, it } from '@jest/globals';
import { originAllowed } from '../../../src/server/http/origin.js';

describe('origin', () => {
  it.each([
    ['a program, which sends none', undefined, 'chat.example:9876', true],
    ['the page itself', 'http://chat.example:9876', 'chat.example:9876', true],
    ['the page behind a proxy that terminates TLS', 'https://chat.example', 'chat.example', true],
    [
      'the page when the proxy names the default port',
      'https://chat.example',
      'chat.example:443',
      true,
    ],
    ['a host in capitals', 'http://Chat.Example:9876', 'chat.example:9876', true],
    ['an IPv6 host', 'http://[::1]:9876', '[::1]:9876', true],
    ['another site', 'http://evil.example', 'chat.example', false],
    ['another port', 'http://chat.example:8080', 'chat.example:9876', false],
    [
      'a longer name that begins the same',
      'http://chat.example.evil.example',
      'chat.example',
      false,
    ],
    ['a longer name that ends the same', 'http://evilchat.example', 'chat.example', false],
    ['our name as the user', 'http://chat.example@evil.example', 'chat.example', false],
    ['our name as the path', 'http://evil.example/chat.example', 'chat.example', false],
    ['our name behind a backslash', 'http://evil.example\\chat.example', 'chat.example', false],
    ['null', 'null', 'chat.example', false],
    ['nothing', '', 'chat.example', false],
    ['a file', 'file://', 'chat.example', false],
    ['two origins', 'http://chat.example, http://evil.example', 'chat.example', false],
    ['a request without a host', 'http://chat.example', undefined, false],
    ['an invalid host', 'http://chat.example', 'chat.example/x', false],
  ])('by default, %s', (_who, origin, host, allowed) => {
    expect(originAllowed(origin, host, undefined)).toBe(allowed);
  });

  it.each([
    ['https://chat.example', 'https', true],
    ['http://chat.example', 'http', true],
    ['http://chat.example', 'https', false],
    ['https://chat.example', 'http', false],
  ] as const)('a page of %s, when the proxy was asked by %s: %s', (origin, scheme, allowed) => {
    expect(originAllowed(origin, 'chat.example', undefined, scheme)).toBe(allowed);
  });

  it('with a list, allows its origins besides the own page', () => {
    const list = ['https://app.example'];
    expect(originAllowed('https://app.example', 'chat.example', list)).toBe(true);
    expect(originAllowed('https://app.example:443', 'chat.example', list)).toBe(true);
    expect(originAllowed('http://app.example', 'chat.example', list)).toBe(false);
    expect(originAllowed('https://chat.example', 'chat.example', list)).toBe(true);
    expect(originAllowed('https://evil.example', 'chat.example', list)).toBe(false);
    expect(originAllowed('null', 'chat.example', list)).toBe(false);
    expect(originAllowed(undefined, 'chat.example', list)).toBe(true);
  });

  it("with '*', allows every origin", () => {
    expect(originAllowed('null', 'chat.example', ['*'])).toBe(true);
    expect(originAllowed('https://evil.example', 'chat.example', ['*'])).toBe(true);
  });
});
