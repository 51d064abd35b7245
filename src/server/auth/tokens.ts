import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { readGrant, type Grant } from './grant.js';
import type { TokenKey } from './token-key.js';

/** Tolerance for the clock of the issuer, s: tokens are valid this much earlier and later. */
export const CLOCK_TOLERANCE_S = 5;

/** The grant of a token, or one line that says why it is invalid. */
export type TokenRead =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly why: string };

/**
 * Checks a signed token (JWT, RFC 7519): its signature by the algorithm of `key` and no other (RFC
 * 8725 §3.1), its times by the wall clock, and its claims. `why` never shows a part of the token.
 */
export async function readToken(token: string, key: TokenKey): Promise<TokenRead> {
  try {
    const { payload } = await jwtVerify(token, key.verifies, {
      algorithms: [...key.algorithms],
      clockTolerance: CLOCK_TOLERANCE_S,
    });
    const read = readGrant(payload, CLOCK_TOLERANCE_S * 1000);
    return read.ok ? read : { ok: false, why: `the token's ${read.claim} takes ${read.takes}` };
  } catch (error) {
    return { ok: false, why: faultOf(error) };
  }
}

/**
 * Signs `claims` without checking them.
 *
 * @throws {TypeError} if `key` is a public key
 */
export async function signToken(claims: JWTPayload, key: TokenKey): Promise<string> {
  const { algorithms, signs } = key;
  if (signs === undefined) throw new TypeError('a public key can not sign');
  const [alg = ''] = algorithms;
  return new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT' }).sign(signs);
}

function faultOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the token is signed by another algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return 'the token is signed with another key';
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' && error.reason === 'check_failed'
      ? 'the token is not valid yet'
      : 'token times are invalid';
  }
  return 'not a signed token'; // jose may throw anything for a hostile token
}
