/** Length limits of a key, characters; a shorter one is no secret. */
const MIN_KEY_LENGTH = 8;
const MAX_KEY_LENGTH = 128;

/** Rule for keys, for error messages. */
export const KEY_RULE = `${MIN_KEY_LENGTH} to ${MAX_KEY_LENGTH} characters`;

/** Whether `key` follows {@link KEY_RULE}. */
export function isKey(key: string): boolean {
  return key.length >= MIN_KEY_LENGTH && key.length <= MAX_KEY_LENGTH;
}
