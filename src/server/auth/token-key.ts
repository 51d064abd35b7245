import { isUtf8 } from 'node:buffer';
import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { isUtf16, withoutBom } from '../config/text-file.js';

/** The key of the tokens, with the algorithms of its kind. A token can't choose another. */
export interface TokenKey {
  /** Accepted values of `alg` (RFC 7515 §4.1.1). */
  readonly algorithms: readonly string[];
  readonly verifies: KeyObject;
  /** Undefined for a public key, which can't sign. */
  readonly signs: KeyObject | undefined;
}

/** A key, or why the content is not one. */
export type TokenKeyRead =
  | { readonly ok: true; readonly key: TokenKey }
  | { readonly ok: false; readonly why: string };

/** Describes a valid key, for error messages. */
export const TOKEN_KEY_RULE = 'a secret of 32 bytes or more, or an Ed25519 key as PEM or JWK';

/** Minimum length of a secret, bytes: the length of the hash (RFC 7518 §3.2). */
const LEAST_SECRET_BYTES = 32;

/** EdDSA of RFC 8037 §3.1, and its newer name, which includes the curve (RFC 9864 §2.2). */
const EDDSA = ['EdDSA', 'Ed25519'];

/** Least number of different bytes in a secret. */
const LEAST_DIFFERENT_BYTES = 8;
/** Longest part that may not make up a secret by repetition, bytes. */
const MAX_REPEATED_BYTES = 15;

/**
 * Reads a key: PEM (`-----BEGIN …`) or JWK (`{…}`). Other content is a secret for HS256, without
 * the line break at its end. Content that resembles a key and is none is no secret either: a public
 * key that was taken for a secret would let its readers make tokens.
 */
export function readTokenKey(content: Buffer): TokenKeyRead {
  if (isUtf16(content)) return bad('is UTF-16');
  const bytes = withoutBom(content);
  const text = bytes.toString('latin1').trim();
  if (text.startsWith('-----BEGIN')) return readPem(text);
  if (text.startsWith('{')) return readJwk(bytes.toString('utf8'));
  const resemblance = resemblanceOf(bytes, text);
  return resemblance === undefined ? secretKey(withoutLineBreak(bytes)) : bad(resemblance);
}

/** Another meaning that the content may have, in words; undefined for a secret. */
function resemblanceOf(bytes: Buffer, text: string): string | undefined {
  if (text.includes('-----BEGIN')) return 'has text before -----BEGIN';
  if (['"kty"', "'kty'", 'kty:'].some((member) => text.includes(member))) return 'is no JSON';
  if (text.startsWith('ssh-')) return 'is a key of SSH';
  if ([bytes, Buffer.from(text, 'base64')].some(isDer)) return 'is a key in DER';
  if (isUtf8(bytes) && text.includes('\n')) return 'has several lines';
  return undefined;
}

/** Whether it is one sequence of DER with a short length (X.690 §8.1), as an Ed25519 key is. */
function isDer(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && bytes[1] === bytes.length - 2;
}

function readPem(pem: string): TokenKeyRead {
  try {
    return /^-----BEGIN [A-Z ]*PRIVATE KEY/.test(pem)
      ? privateKey(createPrivateKey(pem))
      : publicKey(createPublicKey(pem));
  } catch {
    return bad('is PEM without a key that can be read');
  }
}

function readJwk(json: string): TokenKeyRead {
  try {
    const jwk = JSON.parse(json) as { readonly kty?: unknown; readonly k?: unknown; d?: unknown };
    if (jwk.kty === 'oct' && typeof jwk.k === 'string') {
      return secretKey(Buffer.from(jwk.k, 'base64url'));
    }
    const input = { key: jwk as JsonWebKey, format: 'jwk' } as const;
    return jwk.d === undefined
      ? publicKey(createPublicKey(input))
      : privateKey(createPrivateKey(input));
  } catch {
    return bad('is JSON, but not a JWK of one key');
  }
}

function secretKey(secret: Buffer): TokenKeyRead {
  if (secret.length < LEAST_SECRET_BYTES) return bad(`holds ${secret.length} bytes`);
  const different = new Set(secret).size;
  if (different < LEAST_DIFFERENT_BYTES) return bad(`holds only ${different} different bytes`);
  for (let length = 1; length <= MAX_REPEATED_BYTES; length += 1) {
    const repeats = secret.every((byte, i) => byte === secret[i % length]);
    if (repeats) return bad(`repeats ${length} bytes`);
  }
  const key = createSecretKey(secret);
  return { ok: true, key: { algorithms: ['HS256'], verifies: key, signs: key } };
}

function privateKey(key: KeyObject): TokenKeyRead {
  if (key.asymmetricKeyType !== 'ed25519') return unsupported(key);
  return {
    ok: true,
    key: { algorithms: EDDSA, verifies: createPublicKey(key), signs: key },
  };
}

function publicKey(key: KeyObject): TokenKeyRead {
  if (key.asymmetricKeyType !== 'ed25519') return unsupported(key);
  return { ok: true, key: { algorithms: EDDSA, verifies: key, signs: undefined } };
}

function unsupported(key: KeyObject): TokenKeyRead {
  return bad(`is a key of the kind ${key.asymmetricKeyType}`);
}

function withoutLineBreak(content: Buffer): Buffer {
  if (content.at(-1) !== 0x0a) return content;
  return content.subarray(0, content.at(-2) === 0x0d ? -2 : -1);
}

function bad(why: string): TokenKeyRead {
  return { ok: false, why: `${why}; takes ${TOKEN_KEY_RULE}` };
}
