import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRange } from '../../../src/server/config/parse.js';
import { trustProxies } from '../../../src/server/http/client-address.js';
import { SEED } from '../../support/seeded-random.js';

const PROXIES = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'];

function remoteClientOf(
  from: string,
  headers: Readonly<Record<string, string>>,
  trusted: readonly string[] = PROXIES,
) {
  return trustProxies(trusted)({ headers, socket: { remoteAddress: from } });
}

/** The client address of a request from a proxy on this machine with these headers. */
function addressBy(headers: Readonly<Record<string, string>>): string {
  return remoteClientOf('127.0.0.1', headers).address;
}

describe('the address of a client', () => {
  it.each([
    ['is that of the connection', '192.0.2.1', {}, '192.0.2.1'],
    ['is the same over a dual-stack socket', '::ffff:192.0.2.1', {}, '192.0.2.1'],
    ['is written in one way', '2001:DB8:0:0::1', {}, '2001:db8::1'],
    ['has no zone', 'fe80::1%eth0', {}, 'fe80::1'],
    ['is not what a client says', '192.0.2.1', { 'x-forwarded-for': '10.9.9.9' }, '192.0.2.1'],
    [
      'is not what a client says otherwise',
      '192.0.2.1',
      { forwarded: 'for=10.9.9.9' },
      '192.0.2.1',
    ],
  ])('%s, of %s', (_what, from, headers, address) => {
    expect(remoteClientOf(from, headers)).toEqual({ address, scheme: undefined });
  });

  it('is the address of the connection without trusted proxies', () => {
    const headers = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };
    expect(remoteClientOf('127.0.0.1', headers, [])).toEqual({
      address: '127.0.0.1',
      scheme: undefined,
    });
  });

  it('is empty when the connection is gone', () => {
    expect(trustProxies(PROXIES)({ headers: {}, socket: {} }).address).toBe('');
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['  192.0.2.7  ', '192.0.2.7'],
    ['192.0.2.7:50123', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:DB8::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:50123', '2001:db8::7'],
    ['198.51.100.9, 192.0.2.7', '192.0.2.7'],
    ['198.51.100.9, 192.0.2.7, 10.1.2.3', '192.0.2.7'],
    ['198.51.100.9, 192.0.2.7, 10.1.2.3, [fd00::5]:80', '192.0.2.7'],
    ['10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['', '127.0.0.1'],
    ['unknown', '127.0.0.1'],
    ['192.0.2.7, unknown', '127.0.0.1'],
    ['192.0.2.7, unknown, 10.1.2.3', '10.1.2.3'],
    ['192.0.2.7,, 10.1.2.3', '10.1.2.3'],
    ['192.0.2.777', '127.0.0.1'],
    ['192.0.2.7:port', '127.0.0.1'],
    ['[192.0.2.7', '127.0.0.1'],
    ['unix:', '127.0.0.1'],
    ['192.0.2.7 192.0.2.8', '127.0.0.1'],
  ])('by X-Forwarded-For: %j from a trusted proxy is %s', (list, address) => {
    expect(addressBy({ 'x-forwarded-for': list })).toBe(address);
  });

  it('ignores Forwarded', () => {
    expect(addressBy({ forwarded: 'for=192.0.2.7' })).toBe('127.0.0.1');
    const headers = { forwarded: 'for=198.51.100.9', 'x-forwarded-for': '192.0.2.7' };
    expect(addressBy(headers)).toBe('192.0.2.7');
  });

  it('is never a value that the client wrote into a header to which a proxy appends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.boolean(), (written, far) => {
        const added = far ? '192.0.2.7, 10.1.2.3' : '192.0.2.7';
        expect(addressBy({ 'x-forwarded-for': `${written}, ${added}` })).toBe('192.0.2.7');
      }),
      { seed: SEED },
    );
  });
});

describe('the scheme of a client', () => {
  it.each([
    ['192.0.2.7', 'https', 'https'],
    ['192.0.2.7', 'HTTPS', 'https'],
    ['192.0.2.7', 'http', 'http'],
    ['192.0.2.7', 'gopher', undefined],
    ['192.0.2.7', 'http, https', 'https'],
    ['192.0.2.7, 10.1.2.3', 'https, http', 'https'],
    ['198.51.100.9, 192.0.2.7', 'http, https', 'https'],
    ['192.0.2.7, 10.1.2.3', 'https', 'https'],
    ['unknown', 'https', undefined],
  ])('for %j with X-Forwarded-Proto %j is %s', (addresses, schemes, scheme) => {
    const headers = { 'x-forwarded-for': addresses, 'x-forwarded-proto': schemes };
    expect(remoteClientOf('127.0.0.1', headers).scheme).toBe(scheme);
  });
});

describe('a range of addresses', () => {
  it.each([
    ['127.0.0.1', { address: '127.0.0.1', prefix: 32 }],
    ['10.0.0.0/8', { address: '10.0.0.0', prefix: 8 }],
    ['0.0.0.0/0', { address: '0.0.0.0', prefix: 0 }],
    ['::1', { address: '::1', prefix: 128 }],
    ['FD00::/8', { address: 'fd00::', prefix: 8 }],
    ['::ffff:10.0.0.0/104', { address: '10.0.0.0', prefix: 8 }],
  ])('%s is taken', (text, range) => {
    expect(parseRange(text)).toEqual(range);
  });

  it.each([
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '::1/129',
    '::ffff:10.0.0.0/8',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    'x/8',
  ])('%j is not', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  it('covers what it says', () => {
    const headers = { 'x-forwarded-for': '192.0.2.7' };
    expect(remoteClientOf('10.255.0.1', headers, ['10.0.0.1/8']).address).toBe('192.0.2.7');
    expect(remoteClientOf('11.0.0.1', headers, ['10.0.0.1/8']).address).toBe('11.0.0.1');
    expect(remoteClientOf('fd12::1', headers, ['fd00::/8']).address).toBe('192.0.2.7');
    expect(remoteClientOf('::ffff:10.0.0.1', headers, ['10.0.0.1']).address).toBe('192.0.2.7');
    expect(remoteClientOf('10.0.0.1', headers, ['::ffff:10.0.0.0/104']).address).toBe('192.0.2.7');
  });
});
