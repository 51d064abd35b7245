import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SecretFile } from '../../../src/server/auth/secret-file.js';
import { readToken } from '../../../src/server/auth/tokens.js';
import { keyOf, SECRET, TemporaryFiles, tokenWith } from '../../support/tokens.js';

const pem = (key: KeyObject): string =>
  key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();
const jwk = (key: KeyObject): string => JSON.stringify(key.export({ format: 'jwk' }), null, 2);

const ed25519 = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('the secret file', () => {
  const files = new TemporaryFiles();
  afterAll(() => files.remove());

  it.each([
    ['a secret', SECRET, SECRET],
    ['a secret and a line break', SECRET, `${SECRET}\n`],
    ['a secret and a line break of Windows', SECRET, `${SECRET}\r\n`],
    [
      'a secret as JWK',
      SECRET,
      JSON.stringify({ kty: 'oct', k: Buffer.from(SECRET).toString('base64url') }),
    ],
    ['a public key as PEM', pem(ed25519.privateKey), pem(ed25519.publicKey)],
    ['a public key as JWK', pem(ed25519.privateKey), jwk(ed25519.publicKey)],
    ['a private key as PEM', jwk(ed25519.privateKey), pem(ed25519.privateKey)],
    ['a secret after a byte order mark', SECRET, `\ufeff${SECRET}`],
    [
      'a public key as PEM after a byte order mark',
      pem(ed25519.privateKey),
      `\ufeff${pem(ed25519.publicKey)}`,
    ],
    [
      'a public key with line breaks of Windows',
      pem(ed25519.privateKey),
      pem(ed25519.publicKey).replaceAll('\n', '\r\n'),
    ],
    ['a private key as JWK', pem(ed25519.privateKey), jwk(ed25519.privateKey)],
  ])('is accepted with %s', async (_what, signs, content) => {
    const file = await SecretFile.open(files.write('good', content));
    const token = await tokenWith({}, keyOf(signs));
    expect(await readToken(token, file.key)).toMatchObject({ ok: true, grant: { sub: 'ann' } });
  });

  const rule = 'takes a secret of 32 bytes or more, or an Ed25519 key as PEM or JWK';
  it.each([
    ['nothing', '', 'holds 0 bytes'],
    ['31 bytes', 'x'.repeat(31), 'holds 31 bytes'],
    ['31 bytes and a line break', `${'x'.repeat(31)}\n`, 'holds 31 bytes'],
    ['a short secret as JWK', '{"kty":"oct","k":"c2hvcnQ"}', 'holds 5 bytes'],
    ['an RSA key', pem(rsa.publicKey), 'is a key of the kind rsa'],
    ['a private RSA key as JWK', jwk(rsa.privateKey), 'is a key of the kind rsa'],
    ['a key of another curve', pem(p256.privateKey), 'is a key of the kind ec'],
    ['PEM cut short', pem(ed25519.publicKey).slice(0, 60), 'is PEM without a key that can be read'],
    ['JSON that is no key', '{"keys":[]}', 'is JSON, but not a JWK of one key'],
    ['broken JSON', '{"kty"', 'is JSON, but not a JWK of one key'],
    ['a comment before PEM', `# the key\n${pem(ed25519.publicKey)}`, 'has text before -----BEGIN'],
    ['a comment before JSON', `// the key\n${jwk(ed25519.publicKey)}`, 'is no JSON'],
    ['JSON in quotes of its own', `"${jwk(ed25519.publicKey)}"`, 'is no JSON'],
    ['a key of SSH', `ssh-ed25519 ${'A'.repeat(60)} ann@example`, 'is a key of SSH'],
    ['PEM without its lines', pem(ed25519.publicKey).split('\n')[1] ?? '', 'is a key in DER'],
    ['several lines', `# a comment\n${SECRET}`, 'has several lines'],
    ['32 equal bytes', 'x'.repeat(32), 'holds only 1 different bytes'],
    ['the same again and again', 'password12'.repeat(4), 'repeats 10 bytes'],
    ['a megabyte and more', 'x'.repeat(1024 * 1024 + 1), 'is larger than 1048576 bytes'],
  ])('is rejected with %s', async (_what, content, why) => {
    const path = files.write('bad', content);
    const line = `--auth-secret-file ${path}: ${why}; ${rule}`;
    await expect(SecretFile.open(path)).rejects.toThrow(new Error(line));
  });

  it.each([
    ['a secret in UTF-16', Buffer.from(`\ufeff${SECRET}`, 'utf16le')],
    [
      'a public key in UTF-16, big-endian',
      Buffer.from(`\ufeff${pem(ed25519.publicKey)}`, 'utf16le').swap16(),
    ],
  ])('is rejected with %s', async (_what, content) => {
    const path = files.write('bad', content);
    await expect(SecretFile.open(path)).rejects.toThrow(`${path}: is UTF-16; ${rule}`);
  });

  it('is rejected with a public key in DER, which would be taken for a secret', async () => {
    const der = ed25519.publicKey.export({ format: 'der', type: 'spki' });
    const path = files.write('bad', der);
    await expect(SecretFile.open(path)).rejects.toThrow(`${path}: is a key in DER; ${rule}`);
  });

  it('must exist', async () => {
    const line = `--auth-secret-file /nowhere/at/all: can't be read (ENOENT); ${rule}`;
    await expect(SecretFile.open('/nowhere/at/all')).rejects.toThrow(new Error(line));
  });

  it('is reloaded; an invalid file keeps the old key', async () => {
    const path = files.write('changing', SECRET);
    const file = await SecretFile.open(path);
    const [old, fresh] = [await tokenWith(), await tokenWith({}, keyOf(SECRET.repeat(2)))];
    files.write('changing', 'too short');
    expect(await file.reload()).toBe(`--auth-secret-file ${path}: holds 9 bytes; ${rule}`);
    expect(await readToken(old, file.key)).toMatchObject({ ok: true });
    files.write('changing', SECRET.repeat(2));
    expect(await file.reload()).toBeUndefined();
    expect(await readToken(old, file.key)).toMatchObject({ ok: false });
    expect(await readToken(fresh, file.key)).toMatchObject({ ok: true });
  });
});
