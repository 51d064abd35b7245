import { createHash, createHmac, randomBytes } from 'node:crypto';

/** The name of somebody who gave none. */
export const DEFAULT_NAME = 'guest';

/** Bytes of a public id: enough that two people never share one, few enough to read out. */
const ID_BYTES = 9;

/**
 * The public id of whoever holds `key`: always the same for it, on every server, and nothing in it
 * tells the key. Without a key a random one.
 */
export function publicId(key?: string): string {
  const bytes =
    key === undefined ? randomBytes(ID_BYTES) : createHash('sha256').update(key).digest();
  return bytes.subarray(0, ID_BYTES).toString('base64url');
}

/**
 * The public id of somebody whom the server knows otherwise than by a key: always the same for the
 * same `identity`. No key makes the same id, so that none can be made up to be taken for them.
 *
 * @param kind keeps apart what may be alike by chance: `sub`, `publisher`, …
 */
export function knownId(kind: string | Buffer, identity: string): string {
  return createHmac('sha256', kind)
    .update(identity)
    .digest()
    .subarray(0, ID_BYTES)
    .toString('base64url');
}
