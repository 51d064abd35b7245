import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { readToken } from '../../src/server/auth/tokens.js';
import { startTestServer } from '../support/test-server.js';
import { inSeconds, keyOf, SECRET, TemporaryFiles } from '../support/tokens.js';
import { V1Client } from '../support/v1-client.js';
import { runTickchat, type Run } from '../support/run-tickchat.js';

/** Runs `tickchat token` to its end. */
function token(...args: readonly string[]): Promise<Run> {
  return runTickchat(['token', ...args], tmpdir(), { COLUMNS: '80' });
}

describe('tickchat token', () => {
  const files = new TemporaryFiles();
  const secret = files.write('secret', SECRET);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privatePem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const publicPem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  afterAll(() => files.remove());

  it('prints a token alone, with which its server lets its holder in', async () => {
    const args = ['--name', 'ann', '--room', 'class-*', 'lobby', '--ttl', '8h'];
    const { code, stdout, stderr } = await token('--secret-file', secret, ...args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const server = await startTestServer({ authSecretFile: secret });
    const join8 = { token: stdout.trim(), room: 'class-8' };
    const client = await V1Client.join(server.port, join8);
    expect((await client.hello()).you.name).toBe('ann');
    await server.stop();
  });

  it('says what was asked for, and no more', async () => {
    const from = inSeconds(0);
    const { stdout } = await token('--secret-file', secret, '--name', 'ann', '--ttl', '30m');
    const { iat = 0, exp = 0, ...claims } = decodeJwt(stdout);
    expect(claims).toEqual({ sub: 'ann', name: 'ann', rooms: ['*'], write: true });
    expect(exp - iat).toBe(1800);
    expect(iat).toBeGreaterThanOrEqual(from);
    const other = await token('--secret-file', secret, '--sub', 'u1', '--read-only');
    expect(decodeJwt(other.stdout)).toMatchObject({ sub: 'u1', write: false });
    const nobody = await token('--secret-file', secret);
    expect(decodeJwt(nobody.stdout).sub).toMatch(/^[\da-f-]{36}$/);
  });

  it('signs with an Ed25519 key for a server that has its public half', async () => {
    const { stdout } = await token('--secret-file', files.write('private.pem', privatePem));
    expect(await readToken(stdout.trim(), keyOf(publicPem))).toMatchObject({ ok: true });
  });

  it.each([
    [
      'no file',
      ['--secret-file', '/nowhere'],
      1,
      "--secret-file /nowhere: can't be read (ENOENT); takes a",
    ],
    ['nothing', [], 2, "required option '--secret-file <file>' not specified"],
    [
      'no time at all',
      ['--secret-file', secret, '--ttl', '0s'],
      2,
      '--ttl "0s": takes a duration from 1s to 8760h',
    ],
    [
      'more than a year',
      ['--secret-file', secret, '--ttl', '9000h'],
      2,
      '--ttl "9000h": takes a duration',
    ],
    [
      'an empty name',
      ['--secret-file', secret, '--name', ''],
      2,
      '--name: takes 1 to 32 characters',
    ],
    [
      'a long sub',
      ['--secret-file', secret, '--sub', 'x'.repeat(257)],
      2,
      '--sub: takes 1 to 256 characters',
    ],
    [
      'what is no room',
      ['--secret-file', secret, '--room', 'Lobby'],
      2,
      '--room: takes a list of up to 100',
    ],
    ['a public key', ['--secret-file', files.write('public.pem', publicPem)], 1, '--secret-file /'],
  ] as Array<[string, string[], number, string]>)(
    'given %s exits with one line',
    async (_what, args, code, line) => {
      const result = await token(...args);
      expect([result.code, result.stdout]).toEqual([code, '']);
      expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(result.stderr).toContain(`tickchat: ${line}`);
      expect(result.stderr).not.toContain(SECRET);
    },
  );
});
