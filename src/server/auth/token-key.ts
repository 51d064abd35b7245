import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

/** The key of the tokens, and the algorithms that belong to its kind: no token chooses another. */
export interface TokenKey {
  /** Values of `alg` (RFC 7515 §4.1.1) that are taken. */
  readonly algorithms: readonly string[];
  readonly verifies: KeyObject;
  /** Undefined for a public key, which can't sign. */
  readonly signs: KeyObject | undefined;
}

/** A key, or what is wrong with the text that should be one. */
export type TokenKeyRead =
  | { readonly ok: true; readonly key: TokenKey }
  | { readonly ok: false; readonly why: string };

/** What is taken, for error messages. */
export const TOKEN_KEY_RULE = 'a secret of 32 bytes or more, or an Ed25519 key as PEM or JWK';

/** A key as long as the hash, at least (RFC 7518 §3.2). */
const LEAST_SECRET_BYTES = 32;

/** EdDSA of RFC 8037 §3.1, and its newer name, which says the curve too (RFC 9864 §2.2). */
const EDDSA = ['EdDSA', 'Ed25519'];

/**
 * Reads a key: PEM (`-----BEGIN …`) or JWK (`{…}`), else the bytes are a secret for HS256, a line
 * break at their end left out.
 */
export function readTokenKey(content: Buffer): TokenKeyRead {
  const text = content.toString('latin1').trim();
  if (text.startsWith('-----BEGIN')) return readPem(text);
  if (text.startsWith('{')) return readJwk(content.toString('utf8'));
  return secretKey(withoutLineBreak(content));
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
  const key = createSecretKey(secret);
  return { ok: true, key: { algorithms: ['HS256'], verifies: key, signs: key } };
}

function privateKey(key: KeyObject): TokenKeyRead {
  if (key.asymmetricKeyType !== 'ed25519') return otherKind(key);
  return {
    ok: true,
    key: { algorithms: EDDSA, verifies: createPublicKey(key), signs: key },
  };
}

function publicKey(key: KeyObject): TokenKeyRead {
  if (key.asymmetricKeyType !== 'ed25519') return otherKind(key);
  return { ok: true, key: { algorithms: EDDSA, verifies: key, signs: undefined } };
}

function otherKind(key: KeyObject): TokenKeyRead {
  return bad(`is a key of the kind ${key.asymmetricKeyType}`);
}

function withoutLineBreak(content: Buffer): Buffer {
  if (content.at(-1) !== 0x0a) return content;
  return content.subarray(0, content.at(-2) === 0x0d ? -2 : -1);
}

function bad(why: string): TokenKeyRead {
  return { ok: false, why: `${why}; takes ${TOKEN_KEY_RULE}` };
}
