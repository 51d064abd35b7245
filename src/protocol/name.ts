/** Longest display name, in characters (code points). */
export const MAX_NAME_LENGTH = 32;

/** What a name may be, for error messages. */
export const NAME_RULE = `1 to ${MAX_NAME_LENGTH} characters, no line breaks or control characters`;

/** The name without spaces around it; undefined if it can't be one: see {@link NAME_RULE}. */
export function cleanName(name: string): string | undefined {
  const trimmed = name.trim();
  const { length } = Array.from(trimmed); // code points
  if (length < 1 || length > MAX_NAME_LENGTH) return undefined;
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(trimmed) ? undefined : trimmed;
}
