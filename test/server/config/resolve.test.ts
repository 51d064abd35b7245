import { describe, expect, it } from '@jest/globals';
import type { OptionName } from '../../../src/server/config/options.js';
import {
  flagSource,
  resolveConfig,
  unknownVariables,
  variableSource,
} from '../../../src/server/config/resolve.js';

const withFlags = (flags: Partial<Record<OptionName, string>>) =>
  resolveConfig([flagSource(flags)]);

function errorOf(flags: Partial<Record<OptionName, string>>): string {
  const resolved = withFlags(flags);
  return resolved.ok ? 'no error' : resolved.error;
}

describe('configuration', () => {
  it('has a default for everything', () => {
    const resolved = resolveConfig([]);
    expect(resolved).toEqual({
      ok: true,
      config: {
        port: 9876,
        basePath: '',
        tick: 1000,
        history: 1000,
        replay: 50,
        maxMessage: 4096,
        rate: 20,
        burst: 40,
        maxClients: 10_000,
        maxClientsPerIp: 1000,
        maxQueue: 1_048_576,
        maxPending: 16_777_216,
        drainTimeout: 10_000,
        logLevel: 'info',
        logFormat: 'auto',
      },
    });
    expect(resolved.ok && Object.isFrozen(resolved.config)).toBe(true);
  });

  it('prefers a flag to the environment, and the environment to a file', () => {
    const environment = variableSource({ TICKCHAT_PORT: '2', TICKCHAT_TICK: '2s' });
    const file = variableSource({ TICKCHAT_PORT: '3', TICKCHAT_TICK: '3s', TICKCHAT_RATE: '3' });
    const resolved = resolveConfig([flagSource({ port: '1' }), environment, file]);
    expect(resolved.ok && resolved.config).toMatchObject({ port: 1, tick: 2000, rate: 3 });
  });

  it('ignores an empty variable', () => {
    const resolved = resolveConfig([variableSource({ TICKCHAT_PORT: '' })]);
    expect(resolved.ok && resolved.config.port).toBe(9876);
  });

  it('reads a list of origins and normalizes them as browsers do', () => {
    const resolved = withFlags({ origin: 'https://App.example:443, http://localhost:8080 *' });
    expect(resolved.ok && resolved.config.origin).toEqual([
      'https://app.example',
      'http://localhost:8080',
      '*',
    ]);
  });

  it.each<[OptionName, string, string]>([
    ['port', '65536', '--port "65536": takes a whole number from 0 to 65535'],
    ['port', 'http', '--port "http": takes a whole number from 0 to 65535'],
    ['port', '-1', '--port "-1": takes a whole number from 0 to 65535'],
    ['tick', '9ms', '--tick "9ms": takes a duration from 10ms to 1h, such as 250ms, 1s or 2m'],
    ['tick', '61m', '--tick "61m": takes a duration from 10ms to 1h, such as 250ms, 1s or 2m'],
    ['burst', '0', '--burst "0": takes a whole number from 1 to 1000000'],
    ['host', 'a b', '--host "a b": takes an address or a host name of this machine'],
    ...['tickchat', '//', '/a//b', '/../a', '/a.b', '/a b', '/a?b'].map(
      (text): [OptionName, string, string] => [
        'basePath',
        text,
        `--base-path "${text}": takes a path such as /tickchat, of letters, digits and _ ~ -`,
      ],
    ),
    ['logFormat', 'xml', '--log-format "xml": takes one of auto, json, pretty'],
    ...['9100', '127.0.0.1:', '127.0.0.1:65536', '::1:9100', 'a b:1'].map(
      (text): [OptionName, string, string] => [
        'metrics',
        text,
        `--metrics "${text}": takes an address and a port such as 127.0.0.1:9100 or [::1]:9100; port 0 takes any free one`,
      ],
    ),
    [
      'trustProxy',
      'localhost',
      '--trust-proxy "localhost": takes addresses or ranges such as 127.0.0.1 or 10.0.0.0/8, separated by spaces',
    ],
    [
      'origin',
      'example.com',
      '--origin "example.com": takes \'*\' or origins such as https://example.com, separated by spaces',
    ],
    [
      'origin',
      'https://example.com/page',
      '--origin "https://example.com/page": takes \'*\' or origins such as https://example.com, separated by spaces',
    ],
  ])('rejects --%s %s', (name, text, error) => {
    expect(errorOf({ [name]: text })).toBe(error);
  });

  it('rejects a queue that holds less than two messages', () => {
    expect(errorOf({ maxMessage: '1mb', maxQueue: '1mb' })).toBe(
      '--max-queue: 1048576 bytes is less than two messages of --max-message; takes 2097152 or more',
    );
  });

  it('rejects a certificate without a key, and a key without a certificate', () => {
    expect(errorOf({ tlsCert: 'c.pem' })).toBe(
      '--tls-cert: has no --tls-key beside it; takes both or neither',
    );
    expect(errorOf({ tlsKey: 'k.pem' })).toBe(
      '--tls-key: has no --tls-cert beside it; takes both or neither',
    );
  });

  it('names the origin of a bad value', () => {
    const bad = resolveConfig([variableSource({ TICKCHAT_MAX_CLIENTS: 'many' }, '.env')]);
    expect(bad.ok ? '' : bad.error).toBe(
      'TICKCHAT_MAX_CLIENTS in .env "many": takes a whole number from 0 to 10000000',
    );
  });

  it('finds TICKCHAT_ variables that belong to no option', () => {
    expect(unknownVariables({ TICKCHAT_PORT: '1', TICKCHAT_PROT: '2', HOME: '/' })).toEqual([
      'TICKCHAT_PROT',
    ]);
  });
});
