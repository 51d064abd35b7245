import { createHash, createHmac, randomBytes } from 'node:crypto';

/** Display name of a client that gives none. */
export const DEFAULT_NAME = 'guest';

/** Length of a public id, bytes: 72 bits don't collide by chance, and are short to read. */
const ID_BYTES = 9;

/**
 * The public id of the client that holds `key`: the same on every server. It doesn't reveal the
 * key. Without a key the id is random.
 */
export function publicIdOfKey(key?: string): string {
  const bytes =
    key === undefined ? randomBytes(ID_BYTES) : createHash('sha256').update(key).digest();
  return bytes.subarray(0, ID_BYTES).toString('base64url');
}

/**
 * The public id of an identity that the server verified. No key makes the same id, so a client
 * can't impersonate it.
 *
 * @param kind separates equal identities of different kinds: `sub`, `publisher`, …
 */
export function publicIdOfIdentity(kind: string | Buffer, identity: string): string {
  return createHmac('sha256', kind)
    .update(identity)
    .digest()
    .subarray(0, ID_BYTES)
    .toString('base64url');
}
