import { describe, expect, it } from '@jest/globals';
import { hostname } from 'node:os';
import { hostCheck } from '../../../src/server/http/host.js';

describe('the check of Host', () => {
  it.each([
    ['an address', '192.168.1.5:9876'],
    ['an IPv6 address', '[fe80::1]:9876'],
    ['localhost', 'localhost:9876'],
    ['a name below localhost', 'app.localhost'],
    ['a name in capitals with a final dot', 'LOCALHOST.:80'],
    ['a single label', 'raspberrypi'],
    ['mDNS', 'stage.local:9876'],
    ['a router’s name', 'laptop.lan'],
    ['RFC 8375', 'nas.home.arpa'],
    ['a name inside of a site', 'chat.corp.internal'],
    ['this machine', `${hostname()}:9876`],
    ['a program that sends none', undefined],
  ])('passes %s: %s', (_, host) => {
    expect(hostCheck(undefined)(host)).toBe(true);
  });

  it.each([
    'evil.example',
    'evil.example:9876',
    'localhost.evil.example',
    'local.evil.example',
    'evillocal.example',
    '127.0.0.1.nip.io',
    'a b',
    'a/b',
    'user@localhost',
    '',
  ])('refuses %j', (host) => {
    expect(hostCheck(undefined)(host)).toBe(false);
  });

  it('passes the hosts of --origin, on any port', () => {
    const allowed = hostCheck(['https://chat.example', 'http://app.example:5199']);
    expect(['chat.example', 'chat.example:443', 'app.example:1'].map(allowed)).toEqual([
      true,
      true,
      true,
    ]);
    expect(allowed('other.example')).toBe(false);
    expect(allowed('localhost')).toBe(true);
  });

  it("passes every host with --origin '*'", () => {
    expect(hostCheck(['*'])('evil.example')).toBe(true);
  });
});
