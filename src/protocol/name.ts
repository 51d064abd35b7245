/** Longest display name, in characters (code points). */
export const MAX_NAME_LENGTH = 32;

/** Rule for names, for error messages. */
export const NAME_RULE =
  `1 to ${MAX_NAME_LENGTH} characters, at least one visible, ` +
  'no line breaks or control characters';

/** A character that is visible by itself: no space, mark, ignorable or blank Braille. */
const VISIBLE = /[^\p{Z}\p{M}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Characters that change nothing in how a name looks (Unicode §5.21). */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Trims a name; undefined if it breaks {@link NAME_RULE}. */
export function cleanName(name: string): string | undefined {
  const trimmed = name.trim();
  const { length } = Array.from(trimmed); // code points
  if (length < 1 || length > MAX_NAME_LENGTH) return undefined;
  if (!VISIBLE.test(trimmed)) return undefined;
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(trimmed) ? undefined : trimmed;
}

/** A form in which names that look alike are equal: NFKC, folded, without ignorables. */
export function likenessOf(name: string): string {
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase();
  return folded.replace(IGNORABLE, '').normalize('NFKC').trim();
}
